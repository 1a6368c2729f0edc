using System.Diagnostics;
using TransferLearning.Featurization;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks;

/// <summary>
/// Featurizing with this library against ML.NET's own chain (LoadImages, ResizeImages, ExtractPixels, ApplyOnnxModel) on the same pictures,
/// the same network and the same threads, in turn, so that a machine whose speed drifts harms both alike. Prints medians and the ratio.
/// </summary>
internal static class FeaturizingComparison
{
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        var network = OnnxModel.Load(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        var preprocessing = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx")).Preprocessing;
        string cut = Path.Combine(Directory.CreateTempSubdirectory("featurizing-").FullName, "features.onnx");
        network.WithoutTop().Save(cut);
        Console.WriteLine($"MobileNetV2 224, {Environment.ProcessorCount} threads, median of {Rounds} rounds in turn");
        Console.WriteLine($"{"pictures",-16}{"stock /s",10}{"ours /s",10}{"ratio",8}{"decode share",14}{"network share",15}");
        foreach (var (folder, repeat) in new[] { ("datasets/dogs_vs_cats", 1), ("datasets/photos_12mp", 20) })
        {
            string[] pictures = [.. ImageFiles.Find(BenchmarkData.Require(folder))];
            string[] paths = [.. Enumerable.Repeat(pictures, repeat).SelectMany(p => p)];
            await CompareAsync(Path.GetFileName(folder), paths, cut, preprocessing).ConfigureAwait(false);
        }

        Directory.Delete(Path.GetDirectoryName(cut)!, recursive: true);
    }

    private static async Task CompareAsync(string name, string[] paths, string cut, ImagePreprocessing preprocessing)
    {
        using var extractor = new FeatureExtractor(OnnxModel.Load(cut), preprocessing);
        var stock = new StockPipeline(cut, paths);
        var ours = new List<double>();
        var theirs = new List<double>();
        var decode = new List<double>();
        for (int round = -1; round < Rounds; round++)
        {
            double stockSeconds = Seconds(stock.Run);
            var clock = Stopwatch.StartNew();
            await extractor.ExtractAsync(paths).ConfigureAwait(false);
            double ourSeconds = clock.Elapsed.TotalSeconds;
            double decodeSeconds = Seconds(() => Decode(paths, preprocessing));
            if (round < 0)
                continue; // the first round warms up
            theirs.Add(stockSeconds);
            ours.Add(ourSeconds);
            decode.Add(decodeSeconds);
        }

        double ratio = Median([.. theirs.Zip(ours, (stockSeconds, ourSeconds) => stockSeconds / ourSeconds)]);
        double decodeShare = Median([.. decode.Zip(ours, (decodeSeconds, ourSeconds) => decodeSeconds / ourSeconds)]);
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-16}{paths.Length / Median(theirs),10:F1}{paths.Length / Median(ours),10:F1}{ratio,8:F2}{decodeShare,14:P0}{1 - decodeShare,15:P0}"));
    }

    /// <summary>Decode, resize and normalise alone, on as many threads: its share of the whole; the rest is the network.</summary>
    private static void Decode(string[] paths, ImagePreprocessing preprocessing)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        Parallel.ForEach(
            paths,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new float[preprocessor.TensorLength],
            (path, _, tensor) =>
            {
                preprocessor.Load(path, tensor);
                return tensor;
            },
            _ => { });
    }

    private static double Seconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
