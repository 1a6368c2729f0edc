using System.Collections.Concurrent;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>One classifier serves many threads, can be disposed at any moment, and stops when it is told to.</summary>
public sealed class ConcurrencyTests(DrawnExample example)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sixty_four_threads_get_what_one_thread_gets()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        var images = example.Dataset.Test;
        float[][] serial = [.. images.Select(image => classifier.Predict(image.Path).Probabilities.ToArray())];

        // A fresh classifier, so that the threads also race for its first session.
        using var shared = ImageClassifier.Load(await example.ModelAsync());
        using var start = new Barrier(64);
        var failures = new ConcurrentBag<string>();
        var threads = Enumerable.Range(0, 64).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 6; i++)
            {
                int image = (number + (5 * i)) % images.Count;
                var probabilities = number % 2 == 0
                    ? shared.Predict(images[image].Path).Probabilities
                    : shared.Predict(File.ReadAllBytes(images[image].Path)).Probabilities;
                if (!probabilities.SequenceEqual(serial[image]))
                    failures.Add(
                        $"thread {number}, image {image}: {string.Join(' ', probabilities.ToArray())} instead of " +
                        string.Join(' ', serial[image]));
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(Patience)));
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Runs_over_many_images_may_overlap_on_one_classifier()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        var paths = example.Dataset.Test.Paths;
        var alone = await classifier.PredictAsync(paths);
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => classifier.PredictAsync(paths))));
        Assert.All(together, run => Assert.Equal(
            alone.Select(item => item.Prediction!.Probabilities.ToArray()), run.Select(item => item.Prediction!.Probabilities.ToArray())));
    }

    [Fact]
    public async Task Disposing_lets_running_predictions_finish_and_refuses_later_ones()
    {
        for (int round = 0; round < 4; round++)
        {
            var classifier = ImageClassifier.Load(await example.ModelAsync());
            string path = example.Dataset.Test[0].Path;
            float[] expected = classifier.Predict(path).Probabilities.ToArray();
            int finished = 0;
            int refused = 0;
            var failures = new ConcurrentBag<string>();
            var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
            {
                while (true)
                {
                    try
                    {
                        if (!classifier.Predict(path).Probabilities.SequenceEqual(expected))
                            failures.Add("another result");
                        Interlocked.Increment(ref finished);
                    }
                    catch (ObjectDisposedException)
                    {
                        Interlocked.Increment(ref refused);
                        return;
                    }
#pragma warning disable CA1031 // Whatever else comes is what the test looks for.
                    catch (Exception error)
#pragma warning restore CA1031
                    {
                        failures.Add(error.ToString());
                        return;
                    }
                }
            })).ToList();
            var many = classifier.PredictAsync(Enumerable.Repeat(path, 200).ToList());
            threads.ForEach(thread => thread.Start());
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref finished) > 20, Patience));
            classifier.Dispose();
            classifier.Dispose();
            Assert.All(threads, thread => Assert.True(thread.Join(Patience)));
            Assert.Empty(failures);
            Assert.Equal(8, refused);
            Assert.Equal(200, (await many).Count(item => item.Prediction!.Label == "circle"));
        }
    }

    [Fact]
    public async Task A_disposed_classifier_predicts_nothing_but_still_knows_itself()
    {
        var classifier = ImageClassifier.Load(await example.ModelAsync());
        classifier.Dispose();
        string path = example.Dataset.Test[0].Path;
        Assert.Throws<ObjectDisposedException>(() => classifier.Predict(path));
        Assert.Throws<ObjectDisposedException>(() => classifier.Predict(File.ReadAllBytes(path)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => classifier.PredictAsync([path]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => classifier.EvaluateAsync(example.Dataset.Test));
        Assert.Equal(DrawnImages.Classes, classifier.Labels);
        using var folder = new TemporaryFolder();
        classifier.Save(folder.File("model.onnx"));
        Assert.True(File.Exists(folder.File("model.onnx")));
    }

    [Fact]
    public async Task Cancelling_stops_predictions_and_evaluations_after_a_few_batches()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync(), new ExecutionOptions { Threads = 2, BatchSize = 2 });
        var paths = Enumerable.Repeat(example.Dataset.Test[0].Path, 500).ToList();
        await AssertStops(500, (progress, token) => classifier.PredictAsync(paths, progress: progress, cancellationToken: token));
        var images = new LabeledImageSet("many", DrawnImages.Classes, paths.Select(path => new LabeledImage(path, 0)));
        await AssertStops(500, (progress, token) => classifier.EvaluateAsync(images, progress: progress, cancellationToken: token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => classifier.PredictAsync(paths, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal("circle", classifier.Predict(paths[0]).Label);
    }

    [Fact]
    public async Task An_async_prediction_runs_on_another_thread_and_waits_without_one()
    {
        int session = 0;
        var execution = new ExecutionOptions { Threads = 1, ConfigureSession = _ => session = Environment.CurrentManagedThreadId };
        using var classifier = ImageClassifier.Load(await example.ModelAsync(), execution);
        string path = example.Dataset.Test[0].Path;
        byte[] image = await File.ReadAllBytesAsync(path);

        // A stream that is ready at once must not keep the work on the calling thread; this one is not of the pool.
        int caller = 0;
        var done = new TaskCompletionSource<Task<Prediction>>();
        var thread = new Thread(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            done.SetResult(classifier.PredictAsync(new MemoryStream(image)));
        });
        thread.Start();
        Assert.Equal("circle", (await (await done.Task)).Label);
        Assert.NotEqual(caller, session);

        // A hundred at once are no more than one at a time.
        var many = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => classifier.PredictAsync(path))).WaitAsync(Patience);
        Assert.All(many, prediction => Assert.Equal("circle", prediction.Label));
    }

    [Fact]
    public async Task An_async_prediction_is_cancelled_while_it_reads_or_waits()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync(), new ExecutionOptions { Threads = 1 });
        using var cancellation = new CancellationTokenSource();
        await using var silent = new SilentStream();
        var reading = classifier.PredictAsync(silent, cancellationToken: cancellation.Token);
        string path = example.Dataset.Test[0].Path;
        var waiting = Enumerable.Range(0, 500).Select(_ => classifier.PredictAsync(path, cancellationToken: cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading).WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting)).WaitAsync(Patience);
        Assert.Equal("circle", (await classifier.PredictAsync(path)).Label);
    }

    /// <summary>A connection over which nothing comes.</summary>
    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }

    private static async Task AssertStops(int total, Func<IProgress<TransferProgress>, CancellationToken, Task> run)
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(_ => cancellation.Cancel());
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run(progress, cancellation.Token));
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.InRange(progress.Values[^1].Completed, 1, total / 10);
    }
}
