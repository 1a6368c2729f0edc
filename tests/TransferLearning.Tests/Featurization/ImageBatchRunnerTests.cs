using System.Diagnostics;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

[Collection(MeasuresTheProcess.Name)]
public sealed class ImageBatchRunnerTests
{
    [Fact]
    public async Task Rows_of_a_lazy_sequence_arrive_one_at_a_time_and_in_order_while_it_is_read()
    {
        using var fixture = new Fixture(new ExecutionOptions { Threads = 4, BatchSize = 3 });
        int read = 0;
        int delivered = 0;
        int ahead = 0;
        int inside = 0;
        await fixture.Runner.RunAsync(Images(), (index, row) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Assert.Equal(delivered, index);
            Assert.Equal(index, TinyNetwork.NumberOf(row));
            ahead = Math.Max(ahead, Volatile.Read(ref read) - delivered);
            delivered++;
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal(1000, delivered);
        // Twice as many batches as workers, each of three images, plus the one that is being delivered.
        Assert.InRange(ahead, 1, 2 * 4 * 3 + 3);

        IEnumerable<ImageSource> Images()
        {
            for (int i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref read);
                yield return ImageSource.FromBytes(TinyNetwork.Numbered(i));
            }
        }
    }

    [Fact]
    public async Task An_error_of_the_sequence_comes_after_the_rows_before_it()
    {
        using var fixture = new Fixture(new ExecutionOptions { Threads = 2, BatchSize = 2 });
        int delivered = 0;
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => fixture.Runner.RunAsync(Images(), (_, _) => delivered++));
        Assert.Equal("the list ends badly", error.Message);
        Assert.Equal(10, delivered);

        static IEnumerable<ImageSource> Images()
        {
            for (int i = 0; i < 10; i++)
                yield return ImageSource.FromBytes(TinyNetwork.Numbered(i));
            throw new InvalidDataException("the list ends badly");
        }
    }

    [Fact]
    public async Task An_error_of_the_consumer_ends_the_run()
    {
        using var fixture = new Fixture(new ExecutionOptions { Threads = 3, BatchSize = 2 });
        var images = Endless(TinyNetwork.Numbered(5));
        await Assert.ThrowsAsync<NotSupportedException>(
            () => fixture.Runner.RunAsync(images, (index, _) => { if (index == 20) throw new NotSupportedException(); }));
    }

    [Fact]
    public async Task A_later_call_takes_the_input_tensors_of_an_earlier_one()
    {
        var backbone = Backbones.TinyResNet;
        var network = (await backbone.LoadAsync(cancellationToken: TestContext.Current.CancellationToken)).WithoutTop();
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing, new ExecutionOptions { Threads = 1, BatchSize = 2 });
        ImageSource[] images = [ImageSource.FromBytes(TinyNetwork.Image(1)), ImageSource.FromBytes(TinyNetwork.Image(2))];
        await extractor.ExtractAsync(images, UndecodableImages.Throw, cancellationToken: TestContext.Current.CancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await extractor.ExtractAsync(images, UndecodableImages.Throw, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2 * sizeof(float) * backbone.Preprocessing.TensorLength - 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Cancellation_of_an_endless_sequence_is_prompt()
    {
        using var fixture = new Fixture(new ExecutionOptions { Threads = 2, BatchSize = 4 });
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var clock = new Stopwatch();
        int after = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Runner.RunAsync(
            Endless(TinyNetwork.Numbered(1)),
            (index, _) =>
            {
                after += clock.IsRunning ? 1 : 0;
                if (index == 50)
                {
                    clock.Start();
                    cancellation.Cancel();
                }
            },
            cancellationToken: cancellation.Token));
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1000);
        Assert.InRange(after, 0, 4 * 4);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.Runner.RunAsync(Endless([]), (_, _) => { }, cancellationToken: cancellation.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancellation_stops_a_real_network_in_the_middle_of_a_batch()
    {
        string file = TestData.Require("models/mobilenetv2-1.0-224.onnx");
        byte[] image = await File.ReadAllBytesAsync(
            Directory.GetFiles(TestData.Require("datasets/photos_12mp")).Order(StringComparer.Ordinal).First(),
            TestContext.Current.CancellationToken);
        using var extractor = new FeatureExtractor(
            OnnxModel.Load(file), ImagePreprocessing.TensorFlow(), new ExecutionOptions { Threads = 2, BatchSize = 256 });
        using var cancellation = new CancellationTokenSource();
        var running = extractor.ExtractAsync(
            Enumerable.Repeat(ImageSource.FromBytes(image), 600).ToList(), UndecodableImages.Throw, cancellationToken: cancellation.Token);
        await Task.Delay(700, TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1500);
    }

    [Fact]
    public async Task A_run_that_was_complete_before_it_was_cancelled_is_complete()
    {
        using var fixture = new Fixture();
        using var cancellation = new CancellationTokenSource();
        var images = Enumerable.Range(0, 8).Select(i => ImageSource.FromBytes(TinyNetwork.Numbered(i))).ToList();
        int rows = 0;
        await fixture.Runner.RunAsync(images, (index, _) =>
        {
            rows++;
            if (index == 7)
                cancellation.Cancel();
        }, cancellationToken: cancellation.Token);
        Assert.Equal(8, rows);
    }

    [Fact(Timeout = 60_000)]
    public async Task Memory_stays_flat_over_many_images_of_mixed_sizes()
    {
        using var fixture = new Fixture(new ExecutionOptions { Threads = 2, BatchSize = 4 });
        byte[][] images = [.. Enumerable.Range(0, 12).Select(i => TinyNetwork.Numbered(i, side: 8 + 16 * i))];
        await Run(1_000);
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        long resident = Resident();
        await Run(8_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 1 << 20);
        // Other tests of the assembly run in the same process, so the resident size has some play; the decoded images of
        // 8,000 would be over 300 MB.
        Assert.InRange(Resident() - resident, long.MinValue, 100 << 20);

        Task Run(int count) => fixture.Runner.RunAsync(
            Enumerable.Range(0, count).Select(
                i => ImageSource.FromBytes(images[i % images.Length])), (index, row) => Assert.Equal(index % 12, TinyNetwork.NumberOf(row)),
            cancellationToken: TestContext.Current.CancellationToken);

        static long Resident()
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }

    [Fact]
    public void Single_images_from_many_threads_give_what_one_thread_gives()
    {
        using var fixture = new Fixture(mode: SessionMode.Latency);
        byte[][] images = [.. Enumerable.Range(0, 100).Select(i => TinyNetwork.Numbered(i))];
        int wrong = 0;
        var threads = Enumerable.Range(0, 64).Select(caller => new Thread(() =>
        {
            float[] row = new float[3];
            for (int i = 0; i < 50; i++)
            {
                int number = (caller + i) % 100;
                fixture.Runner.Run(ImageSource.FromBytes(images[number]), row);
                if (TinyNetwork.NumberOf(row) != number)
                    Interlocked.Increment(ref wrong);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Single_images_meet_a_result_or_that_the_session_is_disposed()
    {
        var fixture = new Fixture(mode: SessionMode.Latency);
        byte[] image = TinyNetwork.Numbered(300);
        int results = 0;
        int unexpected = 0;
        using var started = new CountdownEvent(16);
        var threads = Enumerable.Range(0, 16).Select(_ => new Thread(() =>
        {
            float[] row = new float[3];
            started.Signal();
            try
            {
                while (true)
                {
                    fixture.Runner.Run(ImageSource.FromBytes(image), row);
                    Interlocked.Increment(ref results);
                    if (TinyNetwork.NumberOf(row) != 300)
                        Interlocked.Increment(ref unexpected);
                }
            }
            catch (ObjectDisposedException)
            {
                // How every thread is to end.
            }
            catch (Exception)
            {
                Interlocked.Increment(ref unexpected);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        started.Wait(TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => Volatile.Read(ref results) > 100);
        fixture.Dispose();
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, unexpected);
        Assert.InRange(results, 100, int.MaxValue);
    }

    [Fact]
    public void A_single_undecodable_image_is_named()
    {
        using var fixture = new Fixture(mode: SessionMode.Latency);
        float[] row = new float[3];
        var error = Assert.Throws<ImageDecodeException>(() => fixture.Runner.Run(ImageSource.FromBytes(new byte[10], "upload 7"), row));
        Assert.Equal("upload 7", error.ImageSource);
        Assert.Throws<ImageDecodeException>(() => fixture.Runner.Run(ImageSource.FromFile("/absent/image.png"), row));
    }

    private static IEnumerable<ImageSource> Endless(byte[] image)
    {
        while (true)
            yield return ImageSource.FromBytes(image);
    }

    private sealed class Fixture : IDisposable
    {
        private readonly ImageSession _session;

        public Fixture(ExecutionOptions? options = null, SessionMode mode = SessionMode.Throughput) => _session = ImageSession.Open(
            TinyNetwork.Averages(),
            new ImageSessionOptions(TinyNetwork.Preprocessing, options ?? ExecutionOptions.Default, mode, "averages"));

        public ImageBatchRunner Runner => _session.Runner;

        public void Dispose() => _session.Dispose();
    }
}
