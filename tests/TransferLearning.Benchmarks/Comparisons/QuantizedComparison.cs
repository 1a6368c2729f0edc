using System.Globalization;
using System.Numerics.Tensors;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Quantized networks against the same ones in floats: the network alone on tensors that are ready, and a classifier from file to class.
/// </summary>
internal sealed class QuantizedComparison : IComparison
{
    private const int CalibrationImages = 64;

    private static readonly (string File, int Images)[] Networks =
        [("mobilenetv2-1.0-224", 96), ("squeezenet1.1-227", 96), ("tinyres-96", 288), ("light/light_resnet50", 16)];

    public string Name => "quantized";

    public string Meaning =>
        "Networks with 8-bit integers in their convolutions (`ImageClassifier.QuantizeAsync`, docs/adr/0010) against the same ones in " +
        "floats: alone, on tensors that are ready, " +
        "one run for each processor with batches of 2; and a classifier on MobileNetV2 from file to class. The notes have the cosine of " +
        "the features with those in floats, " +
        "and what the classifier gets right.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        foreach (var (file, count) in Networks.Take(effort.Of(Networks.Length, 1)))
            rows.Add(
                await CompareNetworksAsync(BenchmarkData.Require($"models/{file}.onnx"), effort.Of(count, Math.Min(count, 24)), effort));
        foreach (string data in new[] { "dogs_vs_cats", "sign_language" }.Take(effort.Of(2, 1)))
            rows.Add(await CompareClassifiersAsync(data, effort));
        return rows;
    }

    private static async Task<Row> CompareNetworksAsync(string path, int count, Effort effort)
    {
        bool isLight = path.Contains("light", StringComparison.Ordinal);
        var network = OnnxModel.Load(path).WithFreeBatch().WithoutTop();
        var preprocessing = isLight ? ImagePreprocessing.ImageNet() : Backbone.FromFile(path).Preprocessing;
        var quantized = await QuantizeAsync(network, preprocessing);
        string[] images = MobileNet.Images(count);
        float[] tensors = MobileNet.Tensors(preprocessing, images);
        var setting = new BareNetwork.Setting(Environment.ProcessorCount, 1, Batch: 2, Spins: false);
        using var theirs = new BareNetwork(network.ToBytes(), OnnxModel.FeaturesName, tensors, count, setting);
        using var ours = new BareNetwork(quantized.ToBytes(), OnnxModel.FeaturesName, tensors, count, setting);
        var times = await Turns.MeasureAsync(effort.Rounds, ours.Run, theirs.Run);
        string cosine = isLight ? "weights are constants" : await CosineAsync(network, quantized, preprocessing, images);
        return new Row($"{Path.GetFileNameWithoutExtension(path)} alone, quantized", "in floats", Unit.ImagesPerSecond)
        {
            Ours = times[0].PerSecond(count),
            Theirs = times[1].PerSecond(count),
            Note = string.Create(CultureInfo.InvariantCulture,
                $"{times[0].ProcessorTimeOf(times[1])}; {network.ToBytes().Length / 1e6:F1} to {quantized.ToBytes().Length / 1e6:F1} MB; " +
                $"{cosine}"),
        };
    }

    private static async Task<Row> CompareClassifiersAsync(string data, Effort effort)
    {
        var dataset = ImageDataset.FromFolder(BenchmarkData.Require($"datasets/{data}"));
        using var classifier = await TransferLearner.From(Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx")))
            .FeatureExtraction().FitAsync(dataset);
        using var quantized =
            await classifier.QuantizeAsync(dataset.Train, dataset.Validation, new QuantizationOptions { MaxAccuracyLoss = 1 });
        string[] images = [.. dataset.Validation.Paths.Take(effort.Of(300, 40))];
        var times = await Turns.MeasureAsync(effort.Rounds, () => quantized.PredictAsync(images), () => classifier.PredictAsync(images));
        var summary = quantized.Quantization!;
        return new Row($"classify {data} with MobileNetV2, quantized", "in floats", Unit.ImagesPerSecond)
        {
            Ours = times[0].PerSecond(images.Length),
            Theirs = times[1].PerSecond(images.Length),
            Note = string.Create(CultureInfo.InvariantCulture,
                $"{times[0].ProcessorTimeOf(times[1])}; accuracy {100 * summary.AccuracyBefore:F1}% to {100 * summary.AccuracyAfter:F1}% " +
                $"of {summary.ValidationImages}, the same class for {100 * summary.Agreement:F1}%"),
        };
    }

    private static async Task<OnnxModel> QuantizeAsync(OnnxModel network, ImagePreprocessing preprocessing)
    {
        var quantizer = NetworkQuantizer.Prepare(network);
        using var observer = new FeatureExtractor(quantizer.Observer, preprocessing);
        var rows = await observer.ExtractAsync([.. ImageFiles.Find(BenchmarkData.Require("datasets/imagenet_sample_100"))
            .Take(CalibrationImages)]);
        var statistics = quantizer.NewStatistics();
        for (int row = 0; row < rows.Rows; row++)
            statistics.Add(rows[row]);
        return quantizer.Quantize(statistics, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount });
    }

    private static async Task<string> CosineAsync(OnnxModel network, OnnxModel quantized, ImagePreprocessing preprocessing, string[] images)
    {
        using FeatureExtractor exact = new(network, preprocessing), rounded = new(quantized, preprocessing);
        FeatureMatrix a = await exact.ExtractAsync(images), b = await rounded.ExtractAsync(images);
        double[] cosines = [.. Enumerable.Range(0, a.Rows).Select(row => (double)TensorPrimitives.CosineSimilarity(a[row], b[row]))];
        return FormattableString.Invariant($"cosine {cosines.Average():F4} on average, {cosines.Min():F4} at least");
    }
}
