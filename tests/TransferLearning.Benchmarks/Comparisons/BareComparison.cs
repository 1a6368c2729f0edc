using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Many images from file to result, against ONNX Runtime alone on tensors that are ready.</summary>
internal sealed class BareComparison : IComparison
{
    public string Name => "bare";

    public string Meaning =>
        "The limit: ONNX Runtime alone runs the same network on tensors that lie ready in memory, in the fastest of seven settings of " +
        "threads and batches. " +
        "The library starts from files: it reads, decodes, resizes, normalises, and hands out features or labels. Images of 224 × 224 " +
        "need no resizing.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string[] small = network.SmallImages(effort.Of(305, 40));
        string[] images = MobileNet.Images(effort.Of(305, 40));
        string[] tiny = MobileNet.TinyImages(effort.Of(300, 40));
        using var extractor = new FeatureExtractor(network.Features(), network.WithoutResizing);
        using var resizing = new FeatureExtractor(network.Features(), network.Preprocessing);
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        using var smallClassifier = await TransferLearner.From(network.Backbone with { Preprocessing = network.WithoutResizing })
            .Classifier().CreateAsync();
        return
        [
            await CompareAsync(
                "featurize images of 100 × 100", network.Features(), OnnxModel.FeaturesName, tiny, network.Preprocessing,
                () => resizing.ExtractAsync(tiny), Goal.RatioAtLeast(0.9)),
            await CompareAsync(
                "featurize images of 224 × 224", network.Features(), OnnxModel.FeaturesName, small, network.WithoutResizing,
                () => extractor.ExtractAsync(small), Goal.RatioAtLeast(0.9)),
            await CompareAsync(
                "classify images of 224 × 224", classifier.ToOnnx(), ClassifierGraph.ScoreOutput, small, network.WithoutResizing,
                () => smallClassifier.PredictAsync(small), null),
            await CompareAsync(
                "classify images of 500 × 400", classifier.ToOnnx(), ClassifierGraph.ScoreOutput, images, network.Preprocessing,
                () => classifier.PredictAsync(images), null),
        ];

        async Task<Row> CompareAsync(
            string what, OnnxModel model, string output, string[] images, ImagePreprocessing preprocessing, Func<Task> ours, Goal? goal)
        {
            using var bare = BareNetwork.Best(model.ToBytes(), output, MobileNet.Tensors(preprocessing, images), images.Length);
            var preprocessor = new ImagePreprocessor(preprocessing);
            var times = await Turns.MeasureAsync(
                effort.Rounds, ours, () => Task.Run(bare.Run), () => Task.Run(() => MobileNet.Decode(images, preprocessor)));
            return new Row(what, "bare ONNX Runtime", Unit.ImagesPerSecond)
            {
                Ours = times[0].PerSecond(images.Length),
                Theirs = times[1].PerSecond(images.Length),
                Goal = goal,
                Note = $"bare: {bare}; {times[0].ShareOf(times[2])}; {times[0].ProcessorTimeOf(times[1])}",
            };
        }
    }
}
