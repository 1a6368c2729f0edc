using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The table of docs/backbones.md: frozen features and a linear head on five data sets, for every backbone at hand, and images a second
/// from JPEG file to features. The accuracy is that on the validation images, which choose the penalty with the training images; the speed
/// is the median of five passes over the same images, network by network in turn.
/// </summary>
internal static class BackboneTable
{
    private const int Passes = 5;
    private const int TimedImages = 100;

    private static readonly string[] AllSets = ["dogs_vs_cats", "sign_language", "clothing", "solar_cells", "trash"];

    public static async Task RunAsync(string[] sets)
    {
        Backbone[] backbones =
        [
            .. Backbones.AtHand(),
            Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx")) with { Name = "MobileNetV2 (file)" },
            Backbone.FromFile(BenchmarkData.Require("models/squeezenet1.1-227.onnx")) with { Name = "SqueezeNet 1.1 (file)" },
        ];
        string[] chosen = sets.Length == 0 ? AllSets : sets;
        var speeds = await SpeedsAsync(backbones).ConfigureAwait(false);
        Console.WriteLine($"| backbone | {string.Join(" | ", chosen)} | images/s |");
        Console.WriteLine($"| --- | {string.Concat(Enumerable.Repeat("---: | ", chosen.Length))}---: |");
        foreach (var (backbone, speed) in backbones.Zip(speeds))
        {
            var cells = new List<string>();
            foreach (string set in chosen)
            {
                var dataset = ImageDataset.FromFolder(BenchmarkData.Require($"datasets/{set}"));
                using var classifier = await TransferLearner.From(backbone).FeatureExtraction().FitAsync(dataset).ConfigureAwait(false);
                cells.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * classifier.Training!.ValidationAccuracy:F1}"));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {backbone.Name} | {string.Join(" | ", cells)} | {speed:F0} |"));
        }
    }

    private static async Task<IReadOnlyList<double>> SpeedsAsync(Backbone[] backbones)
    {
        string[] images =
        [
            .. ImageDataset.FromFolder(BenchmarkData.Require("datasets/dogs_vs_cats")).Train.Take(TimedImages).Select(image => image.Path),
        ];
        var extractors = new List<FeatureExtractor>();
        foreach (var backbone in backbones)
            extractors.Add(new FeatureExtractor((await backbone.LoadAsync().ConfigureAwait(false)).WithoutTop(), backbone.Preprocessing));
        var times = extractors.ConvertAll(_ => new List<double>());
        for (int pass = 0; pass <= Passes; pass++)
        {
            for (int i = 0; i < extractors.Count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                await extractors[i].ExtractAsync(images).ConfigureAwait(false);

                // The first pass warms up.
                if (pass > 0)
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        extractors.ForEach(extractor => extractor.Dispose());
        return [.. times.Select(ofOne => images.Length / ofOne.Order().ElementAt(ofOne.Count / 2))];
    }
}
