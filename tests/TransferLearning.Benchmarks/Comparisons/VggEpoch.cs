using System.Diagnostics;
using System.Globalization;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// An epoch of fine-tuning the last five layers of VGG16 (random weights) on the training images of sign-language digits: 7,084,554
/// parameters. Prints times and the largest resident memory. A number after the name takes that many images only.
/// </summary>
internal static class VggEpoch
{
    private const int Classes = 10;

    public static async Task RunAsync(int? limit)
    {
        var all = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language")).Train;
        int count = Math.Min(limit ?? all.Count, all.Count);
        int[] images = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * all.Count / count))];
        var options = new FineTuningOptions { Freeze = FreezePoint.LastLayers(5), Epochs = 1, LearningRate = 1e-4 };
        var plan = new FineTuningPlan(VggGraph.WithoutTop().WithoutTop(), options.Freeze);
        var head = new LinearHead(512, Classes, new float[Classes * 512], new float[Classes]);
        var network = plan.Trainable(plan.Backbone.WithHead(plan.Features, head.AppendTo), options);
        Console.WriteLine(FormattableString.Invariant(
            $"{network.Parameters.Sum(parameter => parameter.Length):N0} parameters train, {count} of {all.Count} images"));

        var clock = Stopwatch.StartNew();
        FeatureMatrix activations;
        using (var extractor = new FeatureExtractor(plan.FrozenPart(), ImagePreprocessing.Caffe(), ExecutionOptions.Default))
            activations = await extractor.ExtractAsync([.. images.Select(i => all[i].Path)]).ConfigureAwait(false);
        Report("frozen part, once", clock);
        var history = Trainer.Fit(network, new TrainingExamples(activations, [.. images.Select(i => all[i].Label)]), null, options).History;
        Report(FormattableString.Invariant($"epoch, loss {history[0].Loss:F3}"), clock);
    }

    private static void Report(string part, Stopwatch clock)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{part}: {clock.Elapsed.TotalSeconds:F0} s, processor time so far {process.TotalProcessorTime.TotalSeconds:F0} s, peak " +
            $"memory {process.PeakWorkingSet64 / 1e6:F0} MB"));
        clock.Restart();
    }
}
