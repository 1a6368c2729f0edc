using System.Diagnostics;
using System.Numerics;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Features_are_taken_from_the_cache_the_second_time()
    {
        var cache = new FeatureCache(_folder.Path);
        var paths = Sources(10);
        using (var extractor = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing))
            await extractor.ExtractAsync(paths, UndecodableImages.Throw, cache);
        Assert.Equal(10, Entries().Length);

        // Another value in place of one entry shows that it is read and not computed.
        Scope(cache).Write(ImageHash.Of(TinyNetwork.Numbered(4)), [400f, 0f, 0f]);
        var again = await Extract(paths, new FeatureCache(_folder.Path));
        Assert.Equal(400f, again[4][0]);
        Assert.Equal(5, TinyNetwork.NumberOf(again[5]));
        Assert.Null(cache.LastError);
    }

    [Fact]
    public async Task The_same_image_under_another_name_is_one_entry()
    {
        File.WriteAllBytes(_folder.File("a.png"), TinyNetwork.Numbered(3));
        File.Copy(_folder.File("a.png"), _folder.File("b.png"));
        var cache = new FeatureCache(_folder.File("cache"));
        using var extractor = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing);
        await extractor.ExtractAsync([_folder.File("a.png"), _folder.File("b.png")], cache);
        Assert.Single(Directory.GetFiles(_folder.File("cache"), "*", SearchOption.AllDirectories));
        File.WriteAllBytes(_folder.File("a.png"), TinyNetwork.Numbered(9));
        Assert.Equal(9, TinyNetwork.NumberOf((await extractor.ExtractAsync([_folder.File("a.png")], cache))[0]));
    }

    [Fact]
    public async Task Another_network_preprocessing_or_decoding_has_entries_of_its_own()
    {
        var cache = new FeatureCache(_folder.Path);
        var paths = Sources(1);
        await Extract(paths, cache);
        var other = TinyNetwork.Averages(graph => graph.Name = "other weights");
        await Extract(paths, cache, new FeatureExtractor(other, TinyNetwork.Preprocessing));
        await Extract(
            paths, cache, new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing with { Mean = Vector3.One }));
        await Extract(
            paths,
            cache,
            new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing, null, new ImageDecodeOptions { AllowPartial = true }));
        Assert.Equal(4, Entries().Length);
        await Extract(paths, cache, new FeatureExtractor(other, TinyNetwork.Preprocessing, new ExecutionOptions { Threads = 1 }));
        Assert.Equal(4, Entries().Length);
    }

    [Fact]
    public async Task Damaged_entries_are_computed_again_and_repaired()
    {
        var cache = new FeatureCache(_folder.Path);
        var paths = Sources(1);
        await Extract(paths, cache);
        string entry = Assert.Single(Entries());
        byte[] good = File.ReadAllBytes(entry);
        var damaged = Enumerable.Range(0, good.Length).Select(i => Flipped(good, i))
            .Concat(Enumerable.Range(0, good.Length).Select(length => good[..length]))
            .Append([.. good, 0]);
        using var extractor = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing);
        foreach (byte[] bytes in damaged)
        {
            File.WriteAllBytes(entry, bytes);
            var features = (await extractor.ExtractAsync(paths, UndecodableImages.Throw, cache)).Features;
            Assert.Equal([0f, 0f, 0f], features[0].ToArray());
            Assert.Equal(good, File.ReadAllBytes(entry));
        }
    }

    [Fact]
    public async Task An_entry_of_another_image_does_not_pass_under_a_wrong_name()
    {
        var cache = new FeatureCache(_folder.Path);
        await Extract(Sources(1), cache);
        string first = Assert.Single(Entries());
        await Extract([ImageSource.FromBytes(TinyNetwork.Numbered(77))], cache);
        File.Copy(Entries().Single(path => path != first), first, overwrite: true);
        Assert.Equal(0, TinyNetwork.NumberOf((await Extract(Sources(1), cache))[0]));
    }

    [Fact]
    public void Features_of_another_provider_are_entries_of_their_own()
    {
        var cache = new FeatureCache(_folder.Path);
        Scope(cache).Write(Key(1), [1f, 2f, 3f]);
        float[] features = new float[3];
        Assert.False(Scope(cache, new ExecutionOptions { ConfigureSession = _ => { } }).TryRead(Key(1), features));
        Assert.True(Scope(cache).TryRead(Key(1), features));
    }

    [Fact]
    public void The_entries_that_were_not_used_for_the_longest_time_make_room()
    {
        const int blocks = (1 << 20) / 4096;
        var cache = new FeatureCache(_folder.Path, maxBytes: 1 << 20);
        var scope = Scope(cache);
        for (int i = 0; i < blocks; i++)
            scope.Write(Key(i), [i, 0f, 0f]);
        Assert.Equal(blocks, Entries().Length);
        foreach (string path in Entries())
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-3));
        float[] features = new float[3];
        Assert.True(scope.TryRead(Key(0), features));
        scope.Write(Key(blocks), [1f, 2f, 3f]);
        Assert.InRange(Entries().Length, blocks / 2, blocks - 1);
        Assert.True(scope.TryRead(Key(0), features));
        Assert.True(scope.TryRead(Key(blocks), features));
        Assert.Equal([1f, 2f, 3f], features);
        // A cache that is opened anew counts what is there.
        var again = Scope(new FeatureCache(_folder.Path, maxBytes: 1 << 20));
        for (int i = 0; i < blocks; i++)
            again.Write(Key(1000 + i), [i, 0f, 0f]);
        Assert.InRange(Entries().Length, blocks / 2, blocks);
    }

    [Fact]
    public void Temporary_files_of_killed_processes_are_cleaned_up_and_those_of_live_ones_left()
    {
        var scope = Scope(new FeatureCache(_folder.Path));
        string old = _folder.File("tmp/old");
        string fresh = _folder.File("tmp/fresh");
        File.WriteAllText(old, "half an entry");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        File.WriteAllText(fresh, "being written");
        scope.Write(Key(1), [1f]);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(fresh));
    }

    [Fact]
    public async Task What_cannot_be_stored_does_not_stop_the_work_and_is_told()
    {
        var cache = new FeatureCache(_folder.Path);
        Directory.Delete(_folder.File("tmp"));
        File.WriteAllText(_folder.File("tmp"), "in the way");
        Assert.Equal(2, TinyNetwork.NumberOf((await Extract(Sources(3), cache))[2]));
        Assert.IsAssignableFrom<IOException>(cache.LastError);
    }

    [Fact]
    public async Task A_cleared_cache_is_empty_and_usable()
    {
        var cache = new FeatureCache(_folder.Path);
        await Extract(Sources(3), cache);
        cache.Clear();
        Assert.Empty(Entries());
        await Extract(Sources(2), cache);
        Assert.Equal(2, Entries().Length);
    }

    [Fact]
    public void Hashing_and_reading_cost_little_of_what_decoding_costs()
    {
        string image = Directory.GetFiles(TestData.Require("datasets/dogs_vs_cats/train/cat")).Order(StringComparer.Ordinal).First();
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet());
        float[] tensor = new float[preprocessor.TensorLength];
        byte[] bytes = File.ReadAllBytes(image);
        var scope = Scope(new FeatureCache(_folder.Path));
        float[] features = new float[1280];
        scope.Write(ImageHash.Of(bytes), features);
        double hit = Fastest(() => Assert.True(scope.TryRead(ImageHash.Of(bytes), features)));
        double decode = Fastest(() => preprocessor.Load(bytes, tensor));
        Assert.True(hit < decode / 4, $"A hit takes {hit:F3} ms, decoding {decode:F3} ms.");

        static double Fastest(Action action)
        {
            double fastest = double.MaxValue;
            for (int i = 0; i < 30; i++)
            {
                long start = Stopwatch.GetTimestamp();
                action();
                fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return fastest;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Processes_that_share_a_cache_and_are_killed_leave_only_whole_entries()
    {
        const int Images = 2000;
        string network = _folder.File("network.onnx");
        TinyNetwork.Averages().Save(network);
        Directory.CreateDirectory(_folder.File("images"));
        string[] paths = TinyNetwork.WriteNumbered(_folder.File("images"), Images);
        using var program = new ChildProgram();
        string[] entries = [];
        // Where this process had to wait for the processor, they can be ready before it sees that they are in the middle of their work.
        for (int attempt = 0; attempt < 5 && entries.Length is 0 or Images; attempt++)
        {
            if (attempt > 0)
                Directory.Delete(_folder.File("cache"), recursive: true);
            using var first = program.Start("extract", network, "8", _folder.File("images"), _folder.File("cache"));
            using var second = program.Start("extract", network, "8", _folder.File("images"), _folder.File("cache"));
            try
            {
                while (Entries("cache/features").Length < 100 && !first.HasExited && !second.HasExited)
                    await Task.Delay(2, TestContext.Current.CancellationToken);
            }
            finally
            {
                first.Kill();
                second.Kill();
                await first.WaitForExitAsync(CancellationToken.None);
                await second.WaitForExitAsync(CancellationToken.None);
            }

            entries = Entries("cache/features");
        }

        Assert.InRange(entries.Length, 100, paths.Length - 1);
        int expected = FeatureCacheEntry.LengthFor(3);
        Assert.All(entries, path => Assert.Equal(expected, new FileInfo(path).Length));
        using var extractor = new FeatureExtractor(OnnxModel.Load(network), TinyNetwork.Preprocessing);
        var features = await extractor.ExtractAsync(paths, new FeatureCache(_folder.File("cache")));
        for (int i = 0; i < paths.Length; i++)
            Assert.Equal(i, TinyNetwork.NumberOf(features[i]));
        Assert.Equal(paths.Length, Entries("cache/features").Length);
    }

    private static byte[] Flipped(byte[] bytes, int index)
    {
        byte[] copy = [.. bytes];
        copy[index] ^= 0x10;
        return copy;
    }

    private static ImageHash Key(int i) => ImageHash.Of(BitConverter.GetBytes(i));

    private static List<ImageSource> Sources(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ImageSource.FromBytes(TinyNetwork.Numbered(i), $"image {i}"))];

    private static async Task<FeatureMatrix> Extract(List<ImageSource> images, FeatureCache cache, FeatureExtractor? extractor = null)
    {
        using var used = extractor ?? new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing);
        return (await used.ExtractAsync(images, UndecodableImages.Throw, cache)).Features;
    }

    private static FeatureCacheScope Scope(FeatureCache cache, ExecutionOptions? execution = null)
    {
        using var session = ImageSession.Open(
            TinyNetwork.Averages(),
            new ImageSessionOptions(TinyNetwork.Preprocessing, execution ?? ExecutionOptions.Default, SessionMode.Throughput, "averages")
            {
                IsHashed = true,
            });
        return cache.For(session, TinyNetwork.Preprocessing, ImageDecodeOptions.Default);
    }

    private string[] Entries(string folder = "features") =>
        Directory.Exists(_folder.File(folder)) ? Directory.GetFiles(_folder.File(folder), "*", SearchOption.AllDirectories) : [];
}
