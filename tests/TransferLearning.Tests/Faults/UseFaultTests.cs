using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.Featurization;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 28 to 31: one classifier under load, and odd machines. Its own tests are in Models and Featurization.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class UseFaultTests(DrawnExample example)
{
    private const int Threads = 64;

    /// <summary>The design asks for 100,000; <c>TRANSFERLEARNING_PREDICTIONS</c> sets the number for a long run.</summary>
    private const int DefaultPredictions = 5_000;

    private const int WarmUp = 1_000;

    [Fact]
    public async Task Row_28_64_threads_predict_on_one_classifier()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[][] images = [.. example.Dataset.Test.Select(image => File.ReadAllBytes(image.Path))];
        float[][] serial = [.. images.Select(image => classifier.Predict(image).Probabilities.ToArray())];
        using var scope = new FaultScope();
        using var together = new Barrier(Threads);
        var different = new ConcurrentBag<int>();
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            for (int i = 0; i < images.Length; i++)
            {
                int image = (number + i) % images.Length;
                if (!classifier.Predict(images[image]).Probabilities.SequenceEqual(serial[image]))
                    different.Add(image);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(different);
    }

    [Fact]
    public async Task Row_29_dispose_while_predicting()
    {
        string model = await example.ModelAsync();
        string[] paths = [.. Enumerable.Repeat(example.Dataset.Test[0].Path, 100)];
        using (var before = ImageClassifier.Load(model))
            await before.PredictAsync(paths[..2]);
        using var scope = new FaultScope();
        var classifier = ImageClassifier.Load(model);
        var running = classifier.PredictAsync(paths);
        classifier.Dispose();
        Assert.All(await running, item => Assert.NotNull(item.Prediction));
        scope.Refused<ObjectDisposedException>(() => classifier.Predict(paths[0]), nameof(ImageClassifier));
    }

    [Fact]
    public async Task Row_30_resident_memory_stays_flat_over_many_predictions_of_mixed_sizes()
    {
        string? asked = Environment.GetEnvironmentVariable("TRANSFERLEARNING_PREDICTIONS");
        int predictions = string.IsNullOrEmpty(asked) ? DefaultPredictions : int.Parse(asked, CultureInfo.InvariantCulture);
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[][] images = [.. Enumerable.Range(0, 24).Select(i => DrawnImages.Encode(i % 3, i, side: 32 + (i * 37)))];
        classifier.Predict(images[0]);
        using var scope = new FaultScope();
        long afterWarmUp = 0;
        for (int i = 0; i < predictions; i++)
        {
            classifier.Predict(images[i % images.Length]);
            if (i + 1 == WarmUp)
                afterWarmUp = ResidentInUse();
        }

        Assert.InRange(ResidentInUse(), 0, (long)(1.05 * afterWarmUp));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public async Task Row_31_cultures_change_no_byte(string culture)
    {
        using var scope = new FaultScope();
        foreach (string name in new[] { "invariant", "culture" })
        {
            string language = name == "culture" ? culture.Replace('-', '_') + ".UTF-8" : "C.UTF-8";
            var run = await CliRun.RunAsync(
                new Dictionary<string, string?> { ["LC_ALL"] = language },
            "predict",
            await example.ModelAsync(),
            example.Dataset.Test[0].Path,
            "--json");
            Assert.Equal(0, run.ExitCode);
            scope.Put(name, System.Text.Encoding.UTF8.GetBytes(run.Output));
        }

        Assert.Equal(await File.ReadAllBytesAsync(scope.Path("invariant")), await File.ReadAllBytesAsync(scope.Path("culture")));
    }

    [Fact]
    public async Task Row_31_cultures_change_no_byte_of_a_trained_network_or_of_its_features()
    {
        using var scope = new FaultScope();
        foreach (string language in new[] { "C", "tr_TR", "de_DE", "ar_SA" })
        {
            var environment = new Dictionary<string, string?> { ["LC_ALL"] = language + ".UTF-8" };
            string model = scope.Path($"{language}.onnx"), features = scope.Path($"{language}-features");
            Assert.Equal(
                0, (await CliRun.RunAsync(environment, "train", "--backbone", "TinyResNet", example.Images, "-o", model)).ExitCode);
            Assert.Equal(
                0, (await CliRun.RunAsync(environment, "features", "--backbone", "TinyResNet", example.Images, "-o", features)).ExitCode);
            scope.Keep(model);
            scope.Keep(Path.Combine(features, "part-00000-of-00001.parquet"));
        }

        var expected = OnnxModel.Load(scope.Path("C.onnx"));
        foreach (string language in new[] { "tr_TR", "de_DE", "ar_SA" })
        {
            // The metadata contain the time of the training.
            var network = OnnxModel.Load(scope.Path($"{language}.onnx"));
            Assert.Equal(expected.Proto.Graph.ToByteArray(), network.Proto.Graph.ToByteArray());
            Assert.Equal(expected.Metadata[ModelMetadata.LabelsKey], network.Metadata[ModelMetadata.LabelsKey]);
            Assert.Equal(expected.Metadata[ModelMetadata.PreprocessingKey], network.Metadata[ModelMetadata.PreprocessingKey]);
            Assert.Equal(
                await File.ReadAllBytesAsync(scope.Path("C-features/part-00000-of-00001.parquet")),
                await File.ReadAllBytesAsync(scope.Path($"{language}-features/part-00000-of-00001.parquet")));
        }
    }

    [Fact]
    public async Task Row_31_threads_follow_a_quota_of_half_a_core()
    {
        using var group = QuotaGroup.OfHalfACore();
        using var program = new ChildProgram();
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {group.Processes}; exec dotnet exec '{program.Assembly}' threads"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        Assert.Equal("1", (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The library of the decoder; that of ONNX Runtime is tested in Featurization.</summary>
    [Fact]
    public async Task Row_31_a_missing_native_library_is_named_with_its_package()
    {
        using var scope = new FaultScope();
        string network = scope.Path("network.onnx");
        TinyNetwork.Averages().Save(network);
        scope.Keep(network);
        foreach (string name in new[] { "libonnxruntime.so", "libSkiaSharp.so" })
        {
            using var program = ChildProgram.WithBrokenFile(name);
            using var process = program.Start("extract", network, "8", Path.GetDirectoryName(example.Dataset.Test[0].Path)!);
            string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, process.ExitCode);
            Assert.StartsWith("DllNotFoundException: ", error, StringComparison.Ordinal);
            Assert.Contains(
                name == "libonnxruntime.so" ? "Microsoft.ML.OnnxRuntime" : "SkiaSharp.NativeAssets", error, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Resident memory without garbage: the amount of garbage depends on the settings of the collector and on the processor's cache, as the
    /// benchmark <c>soak</c> shows.
    /// </summary>
    private static long ResidentInUse()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
