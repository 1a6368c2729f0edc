using System.Diagnostics;
using TransferLearning.Featurization;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks;

/// <summary>
/// Pictures a second, from file to features, for several networks and batch sizes; the sizes take turns, medians are printed. Graphs whose
/// weights are constants cost what the real ones cost.
/// </summary>
internal static class BatchSizeComparison
{
    private const int Rounds = 3;
    private static readonly int[] Sizes = [1, 2, 4, 8, 16];

    private static readonly (string File, int Pictures)[] Networks =
    [
        ("mobilenetv2-1.0-224", 305), ("squeezenet1.1-227", 305), ("tinyres-96", 305), ("light/light_resnet50", 60),
        ("light/light_densenet121", 60), ("light/light_shufflenet", 305), ("light/light_inception_v1", 60), ("light/light_vgg19", 16),
    ];

    public static async Task RunAsync()
    {
        string[] pictures = [.. ImageFiles.Find(BenchmarkData.Require("datasets/dogs_vs_cats"))];
        Console.WriteLine($"{"network",-28}{string.Concat(Sizes.Select(size => FormattableString.Invariant($"{size,8}")))}   pictures/s by batch size");
        foreach (var (file, count) in Networks)
        {
            double[] speeds = await MeasureAsync(BenchmarkData.Require($"models/{file}.onnx"), pictures[..count]).ConfigureAwait(false);
            Console.WriteLine($"{Path.GetFileName(file),-28}{string.Concat(speeds.Select(speed => FormattableString.Invariant($"{speed,8:F1}")))}");
        }
    }

    private static async Task<double[]> MeasureAsync(string path, string[] pictures)
    {
        var network = OnnxModel.Load(path).WithFreeBatch().WithoutTop();
        var preprocessing = path.Contains("light", StringComparison.Ordinal) ? ImagePreprocessing.ImageNet() : Backbone.FromFile(path).Preprocessing;
        FeatureExtractor[] extractors = [.. Sizes.Select(size => new FeatureExtractor(network, preprocessing, new ExecutionOptions { BatchSize = size }))];
        var seconds = Sizes.Select(_ => new List<double>()).ToArray();
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < Sizes.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                await extractors[i].ExtractAsync(pictures).ConfigureAwait(false);
                if (round >= 0)
                    seconds[i].Add(clock.Elapsed.TotalSeconds); // the first round warms up
            }
        }

        foreach (var extractor in extractors)
            extractor.Dispose();
        return [.. seconds.Select(times => pictures.Length / times.Order().ElementAt(Rounds / 2))];
    }
}
