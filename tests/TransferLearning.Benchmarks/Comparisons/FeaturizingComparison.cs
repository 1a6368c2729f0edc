using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Featurizing with this library against ML.NET's own chain: the same images, the same network, the same threads.</summary>
internal sealed class FeaturizingComparison : IComparison
{
    private const string Stock = "ML.NET chain";

    public string Name => "featurizing";

    public string Meaning =>
        "From image files to features of MobileNetV2 with `FeatureExtractor`, against the chain of ML.NET's documentation (`LoadImages`, " +
        "`ResizeImages`, " +
        "`ExtractPixels`, `ApplyOnnxModel`) with the same network. The share of decoding is that of reading, decoding, resizing and " +
        "normalising alone, on as many threads. " +
        "\"Twice the side\" is with `ImageDecodeOptions.Oversampling = 2` in place of the default √2 (docs/adr/0007).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string cut = network.Save(network.Features(), "features.onnx");
        return
        [
            await CompareAsync("images of 500 × 400", MobileNet.Images(effort.Of(305, 40)), Goal.RatioAtLeast(1.5)),
            await CompareAsync("images of 12 megapixels", MobileNet.LargeImages(effort.Of(60, 6)), Goal.RatioAtLeast(10)),
            await CompareAsync(
                "images of 12 megapixels, twice the side", MobileNet.LargeImages(effort.Of(60, 6)), Goal.RatioAtLeast(8),
                    new ImageDecodeOptions { Oversampling = 2 }),
            await CompareAsync("images of 224 × 224", network.SmallImages(effort.Of(305, 40)), null),
        ];

        async Task<Row> CompareAsync(string what, string[] images, Goal? goal, ImageDecodeOptions? decoding = null)
        {
            using var extractor = new FeatureExtractor(network.Features(), network.Preprocessing, decoding: decoding);
            var stock = new StockPipeline(cut, images);
            var preprocessor = new ImagePreprocessor(network.Preprocessing, decoding);
            var times = await Turns.MeasureAsync(
                effort.Rounds,
                () => extractor.ExtractAsync(images),
                () => Task.Run(stock.Run),
                () => Task.Run(() => MobileNet.Decode(images, preprocessor)));
            var (ours, theirs, decode) = (times[0], times[1], times[2]);
            return new Row("featurize " + what, Stock, Unit.ImagesPerSecond)
            {
                Ours = ours.PerSecond(images.Length),
                Theirs = theirs.PerSecond(images.Length),
                Goal = goal,
                Note = $"{ours.ShareOf(decode)}; {ours.ProcessorTimeOf(theirs)}",
            };
        }
    }
}
