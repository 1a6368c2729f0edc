using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The default batch size against others, for several networks. Graphs whose weights are constants cost what the real ones cost.
/// </summary>
internal sealed class BatchSizeComparison : IComparison
{
    private const int Default = ExecutionOptions.DefaultBatchSize;
    private static readonly int[] Others = [2, 4, 8, 16];

    private static readonly (string File, int Images)[] Networks =
    [
        ("mobilenetv2-1.0-224", 305), ("squeezenet1.1-227", 305), ("tinyres-96", 305), ("light/light_resnet50", 60),
        ("light/light_densenet121", 60), ("light/light_shufflenet", 305), ("light/light_inception_v1", 60), ("light/light_vgg19", 16),
    ];

    public string Name => "batch-size";

    public string Meaning =>
        "From files to features with the default batch size of 1, against the best of 2, 4, 8 and 16; the notes have the medians of all. " +
        "Networks called `light_…` " +
        "are graphs of the ONNX Model Zoo with constants in place of their weights (docs/adr/0003).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        foreach (var (file, count) in Networks.Take(effort.Of(Networks.Length, 1)))
            rows.Add(await CompareAsync(
                BenchmarkData.Require($"models/{file}.onnx"), MobileNet.Images(effort.Of(count, Math.Min(count, 24))), effort));
        return rows;
    }

    private static async Task<Row> CompareAsync(string path, string[] images, Effort effort)
    {
        var network = OnnxModel.Load(path).WithFreeBatch().WithoutTop();
        var preprocessing = path.Contains("light", StringComparison.Ordinal) ? ImagePreprocessing.ImageNet() : Backbone.FromFile(path)
            .Preprocessing;
        int[] sizes = [Default, .. Others];
        FeatureExtractor[] extractors =
            [.. sizes.Select(size => new FeatureExtractor(network, preprocessing, new ExecutionOptions { BatchSize = size }))];
        var times = await Turns.MeasureAsync(effort.Rounds,
            [.. extractors.Select(extractor => (Func<Task>)(() => extractor.ExtractAsync(images)))]);
        Array.ForEach(extractors, extractor => extractor.Dispose());
        var speeds = sizes.Zip(times, (size, time) => (Size: size, Speeds: time.PerSecond(images.Length))).ToArray();
        var best = speeds.Skip(1).MaxBy(speed => Statistics.Median(speed.Speeds));
        return new Row($"featurize with {Path.GetFileNameWithoutExtension(path)}", FormattableString.Invariant($"batches of {best.Size}"),
            Unit.ImagesPerSecond)
        {
            Ours = speeds[0].Speeds,
            Theirs = best.Speeds,
            Note = string.Join(", ", speeds.OrderBy(speed => speed.Size)
                .Select(speed => FormattableString.Invariant($"{speed.Size}: {Statistics.Median(speed.Speeds):F1}"))),
        };
    }
}
