using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Featurization;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Many pictures from file to result, against ONNX Runtime alone on tensors that are ready.</summary>
internal sealed class BareComparison : IComparison
{
    public string Name => "bare";

    public string Meaning =>
        "The limit: ONNX Runtime alone runs the same network on tensors that lie ready in memory, in the fastest of seven settings of threads and batches. " +
        "The library starts from files: it reads, decodes, resizes, normalises, and hands out features or labels. Pictures of 224 × 224 need no resizing.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string[] small = network.SmallPictures(effort.Of(305, 40));
        string[] photos = MobileNet.Photos(effort.Of(305, 40));
        string[] tiny = MobileNet.TinyPictures(effort.Of(300, 40));
        using var extractor = new FeatureExtractor(network.Features(), network.WithoutResizing);
        using var resizing = new FeatureExtractor(network.Features(), network.Preprocessing);
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        using var smallClassifier = await TransferLearner.From(network.Backbone with { Preprocessing = network.WithoutResizing }).Classifier().CreateAsync();
        return
        [
            await CompareAsync(
                "featurize pictures of 100 × 100", network.Features(), OnnxModel.FeaturesName, tiny, network.Preprocessing,
                () => resizing.ExtractAsync(tiny), Goal.RatioAtLeast(0.9)),
            await CompareAsync(
                "featurize pictures of 224 × 224", network.Features(), OnnxModel.FeaturesName, small, network.WithoutResizing,
                () => extractor.ExtractAsync(small), Goal.RatioAtLeast(0.9)),
            await CompareAsync(
                "classify pictures of 224 × 224", classifier.ToOnnx(), ClassifierGraph.ScoreOutput, small, network.WithoutResizing,
                () => smallClassifier.PredictAsync(small), null),
            await CompareAsync(
                "classify photos of 500 × 400", classifier.ToOnnx(), ClassifierGraph.ScoreOutput, photos, network.Preprocessing,
                () => classifier.PredictAsync(photos), null),
        ];

        async Task<Row> CompareAsync(
            string what, OnnxModel model, string output, string[] pictures, ImagePreprocessing preprocessing, Func<Task> ours, Goal? goal)
        {
            using var bare = BareNetwork.Best(model.ToBytes(), output, MobileNet.Tensors(preprocessing, pictures), pictures.Length);
            var preprocessor = new ImagePreprocessor(preprocessing);
            var times = await Turns.MeasureAsync(
                effort.Rounds, ours, () => Task.Run(bare.Run), () => Task.Run(() => MobileNet.Decode(pictures, preprocessor)));
            return new Row(what, "bare ONNX Runtime", Unit.PicturesPerSecond)
            {
                Ours = times[0].PerSecond(pictures.Length),
                Theirs = times[1].PerSecond(pictures.Length),
                Goal = goal,
                Note = $"bare: {bare}; {times[0].ShareOf(times[2])}; {times[0].ProcessorTimeOf(times[1])}",
            };
        }
    }
}
