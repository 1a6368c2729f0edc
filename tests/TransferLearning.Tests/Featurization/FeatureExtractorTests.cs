using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

public sealed class FeatureExtractorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 16)]
    [InlineData(2, 4)]
    [InlineData(7, 3)]
    [InlineData(16, 32)]
    public async Task Rows_are_in_the_order_of_the_images(int threads, int batchSize)
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 61);
        using var extractor = Extractor(new ExecutionOptions { Threads = threads, BatchSize = batchSize });
        var features = await extractor.ExtractAsync(paths);
        Assert.Equal((61, 3, 3), (features.Rows, features.Columns, extractor.Dimension));
        for (int i = 0; i < paths.Length; i++)
            Assert.Equal(i, TinyNetwork.NumberOf(features[i]));
    }

    [Fact]
    public async Task No_images_give_no_rows()
    {
        using var extractor = Extractor();
        Assert.Equal(0, (await extractor.ExtractAsync(Array.Empty<string>())).Rows);
    }

    [Fact]
    public async Task Features_of_a_real_network_are_those_of_a_bare_session()
    {
        string file = TestData.Require("models/mobilenetv2-1.0-224.onnx");
        string[] paths = [.. Directory.GetFiles(TestData.Require("datasets/imagenet_sample_100")).Order(StringComparer.Ordinal).Take(9)];
        var preprocessing = ImagePreprocessing.TensorFlow();
        using var extractor = new FeatureExtractor(OnnxModel.Load(file), preprocessing);
        var features = await extractor.ExtractAsync(paths);

        using var session = new InferenceSession(file);
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] input = new float[preprocessor.TensorLength];
        for (int i = 0; i < paths.Length; i++)
        {
            preprocessor.Load(paths[i], input);
            using var tensor = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 224, 224]);
            using var options = new RunOptions();
            using var result = session.Run(options, ["input"], [tensor], session.OutputNames);
            var expected = result[0].GetTensorDataAsSpan<float>();
            Assert.Equal(expected.Length, features.Columns);
            for (int c = 0; c < expected.Length; c++)
                Assert.Equal(expected[c], features[i][c], 1e-4f);
        }
    }

    [Fact]
    public async Task Repeated_runs_give_the_same_bits_on_any_number_of_threads()
    {
        string file = TestData.Require("models/tinyres-96.onnx");
        string[] paths = [.. Directory.GetFiles(TestData.Require("datasets/imagenet_sample_100")).Order(StringComparer.Ordinal).Take(24)];
        var preprocessing = ImagePreprocessing.ImageNet(96);
        byte[]? expected = null;
        foreach (int threads in (int[])[1, 2, 3, 2])
        {
            var options = new ExecutionOptions { Threads = threads, BatchSize = 4 };
            using var extractor = new FeatureExtractor(OnnxModel.Load(file), preprocessing, options);
            var features = await extractor.ExtractAsync(paths);
            byte[] bits = MemoryMarshal.AsBytes(features.Values.Span).ToArray();
            Assert.Equal(expected ??= bits, bits);
        }
    }

    [Fact]
    public async Task The_first_undecodable_image_in_order_ends_the_work_whichever_thread_is_faster()
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 200);
        foreach (int bad in (int[])[57, 58, 120, 199])
            File.WriteAllBytes(paths[bad], TinyNetwork.Numbered(bad)[..40]);
        using var extractor = Extractor(new ExecutionOptions { Threads = 8, BatchSize = 2 });
        for (int attempt = 0; attempt < 10; attempt++)
        {
            var error = await Assert.ThrowsAsync<ImageDecodeException>(() => extractor.ExtractAsync(paths));
            Assert.Equal(paths[57], error.ImageSource);
        }
    }

    [Fact]
    public async Task Skipped_images_are_listed_and_the_rows_of_the_others_keep_their_order()
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 40);
        File.WriteAllBytes(paths[0], []);
        File.WriteAllText(paths[7], "not an image");
        File.Delete(paths[8]);
        File.WriteAllBytes(paths[39], TinyNetwork.Numbered(39)[..40]);
        using var extractor = Extractor(new ExecutionOptions { Threads = 3, BatchSize = 4 });
        var progress = new ListProgress();
        var extracted = await extractor.ExtractAsync(paths, UndecodableImages.Skip, progress: progress);
        Assert.Equal([paths[0], paths[7], paths[8], paths[39]], extracted.Skipped.Select(error => error.ImageSource));
        Assert.Equal(Enumerable.Range(0, 40).Except([0, 7, 8, 39]), extracted.Indices);
        Assert.Equal(36, extracted.Features.Rows);
        for (int row = 0; row < 36; row++)
            Assert.Equal(extracted.Indices[row], TinyNetwork.NumberOf(extracted.Features[row]));
        Assert.Equal(new TransferProgress(TransferStage.Featurize, 40, 40), progress.Values[^1]);
        Assert.Contains("cannot be read", extracted.Skipped[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_undecodable_images_give_no_rows()
    {
        using var extractor = Extractor();
        var extracted = await extractor.ExtractAsync([_folder.File("absent.png"), _folder.Path], UndecodableImages.Skip);
        Assert.Equal((0, 2), (extracted.Features.Rows, extracted.Skipped.Count));
    }

    [Fact]
    public async Task Progress_rises_to_the_number_of_images()
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 33);
        using var extractor = Extractor(new ExecutionOptions { Threads = 4, BatchSize = 2 });
        var progress = new ListProgress();
        await extractor.ExtractAsync(paths, progress: progress);
        Assert.Equal(progress.Completed.Order(), progress.Completed);
        Assert.Equal(new TransferProgress(TransferStage.Featurize, 33, 33), progress.Values[^1]);
        Assert.Equal(17, progress.Values.Count);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_pipe_is_refused_instead_of_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs named pipes in the file system");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [_folder.File("pipe.png")]))
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(_folder.File("link.png"), _folder.File("pipe.png"));
        using var extractor = Extractor();
        var extracted = await extractor.ExtractAsync([_folder.File("pipe.png"), _folder.File("link.png")], UndecodableImages.Skip);
        Assert.Equal(2, extracted.Skipped.Count);
    }

    [Fact]
    public async Task Many_callers_at_once_get_what_one_gets()
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 50);
        using var extractor = Extractor();
        var calls = Enumerable.Range(0, 64).Select(caller => Task.Run(() => extractor.ExtractAsync([.. paths.Skip(caller % 10)])));
        var results = await Task.WhenAll(calls);
        for (int caller = 0; caller < results.Length; caller++)
        {
            for (int i = 0; i < results[caller].Rows; i++)
                Assert.Equal(i + caller % 10, TinyNetwork.NumberOf(results[caller][i]));
        }
    }

    [Fact]
    public async Task Calls_under_way_finish_after_dispose_and_later_ones_throw()
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 400);
        var extractor = Extractor();
        var started = new TaskCompletionSource();
        var running = extractor.ExtractAsync(paths, progress: new ListProgress(_ => started.TrySetResult()));
        await started.Task;
        extractor.Dispose();
        extractor.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => extractor.ExtractAsync(paths));
        var features = await running;
        Assert.Equal(399, TinyNetwork.NumberOf(features[399]));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public async Task Results_and_messages_do_not_depend_on_the_culture(string culture)
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 6);
        var invariant = await Run(CultureInfo.InvariantCulture);
        Assert.Equal(invariant, await Run(CultureInfo.GetCultureInfo(culture)));

        async Task<string> Run(CultureInfo info)
        {
            var (current, defaults) = (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture);
            try
            {
                (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (info, info);
                using var cacheFolder = new TemporaryFolder();
                var cache = new FeatureCache(cacheFolder.Path);
                using var extractor = Extractor();
                var features = await extractor.ExtractAsync(paths, cache);
                string files = string.Join(
                    ' ',
                    Directory.GetFiles(cacheFolder.Path, "*", SearchOption.AllDirectories).Select(
                        path => Path.GetRelativePath(cacheFolder.Path, path)).Order(StringComparer.Ordinal));
                string message = Assert.Throws<OnnxGraphException>(
                    () => new FeatureExtractor(TinyNetwork.Averages(), ImagePreprocessing.ImageNet(96))).Message;
                return Convert.ToHexString(MemoryMarshal.AsBytes(features.Values.Span)) + files + message;
            }
            finally
            {
                (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (current, defaults);
            }
        }
    }

    private static FeatureExtractor Extractor(ExecutionOptions? options = null) =>
        new(TinyNetwork.Averages(), TinyNetwork.Preprocessing, options);
}
