using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Featurization;
using TransferLearning.Imaging;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Featurizing with this library against ML.NET's own chain: the same pictures, the same network, the same threads.</summary>
internal sealed class FeaturizingComparison : IComparison
{
    private const string Stock = "ML.NET chain";

    public string Name => "featurizing";

    public string Meaning =>
        "From picture files to features of MobileNetV2 with `FeatureExtractor`, against the chain of ML.NET's documentation (`LoadImages`, `ResizeImages`, " +
        "`ExtractPixels`, `ApplyOnnxModel`) with the same network. The share of decoding is that of reading, decoding, resizing and normalising alone, on as many threads. " +
        "\"Twice the side\" is with `ImageDecodeOptions.Oversampling = 2` in place of the default √2 (docs/adr/0007).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string cut = network.Save(network.Features(), "features.onnx");
        return
        [
            await CompareAsync("photos of 500 × 400", MobileNet.Photos(effort.Of(305, 40)), Goal.RatioAtLeast(1.5)),
            await CompareAsync("photos of 12 megapixels", MobileNet.LargePhotos(effort.Of(60, 6)), Goal.RatioAtLeast(10)),
            await CompareAsync(
                "photos of 12 megapixels, twice the side", MobileNet.LargePhotos(effort.Of(60, 6)), Goal.RatioAtLeast(8), new ImageDecodeOptions { Oversampling = 2 }),
            await CompareAsync("pictures of 224 × 224", network.SmallPictures(effort.Of(305, 40)), null),
        ];

        async Task<Row> CompareAsync(string what, string[] pictures, Goal? goal, ImageDecodeOptions? decoding = null)
        {
            using var extractor = new FeatureExtractor(network.Features(), network.Preprocessing, decoding: decoding);
            var stock = new StockPipeline(cut, pictures);
            var preprocessor = new ImagePreprocessor(network.Preprocessing, decoding);
            var times = await Turns.MeasureAsync(
                effort.Rounds,
                () => extractor.ExtractAsync(pictures),
                () => Task.Run(stock.Run),
                () => Task.Run(() => MobileNet.Decode(pictures, preprocessor)));
            var (ours, theirs, decode) = (times[0], times[1], times[2]);
            return new Row("featurize " + what, Stock, Unit.PicturesPerSecond)
            {
                Ours = ours.PerSecond(pictures.Length),
                Theirs = theirs.PerSecond(pictures.Length),
                Goal = goal,
                Note = $"{ours.ShareOf(decode)}; {ours.ProcessorTimeOf(theirs)}",
            };
        }
    }
}
