using Microsoft.ML.OnnxRuntime;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>What the main job reaches on real images with real weights.</summary>
public sealed class RealDataTests
{
    [Fact]
    public async Task Dogs_and_cats_are_told_apart_by_the_frozen_features_of_MobileNetV2()
    {
        var backbone = Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx"));
        var dataset = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        using var folder = new TemporaryFolder();
        using (var trained = await TransferLearner.From(backbone).FeatureExtraction().FitAsync(dataset))
            trained.Save(folder.File("pets.onnx"));
        using var classifier = ImageClassifier.Load(folder.File("pets.onnx"));
        var report = (await classifier.EvaluateAsync(dataset.Validation)).Report;
        Assert.Equal(103, report.Images);
        Assert.InRange(report.Accuracy, 0.97, 1);
        Assert.Equal(report.Accuracy, classifier.Training!.ValidationAccuracy);
    }

    // The shares are those of the publishers' files in bare ONNX Runtime on the same images: 85 and 99 of 100, 65 and 86 of 100.
    [Theory]
    [InlineData("mobilenetv2-1.0-224", 0.84, 0.97)]
    [InlineData("squeezenet1.1-227", 0.60, 0.82)]
    public async Task Pretrained_networks_name_ImageNet_images_as_their_files_do_in_bare_ONNX_Runtime(
        string name, double least, double leastTop5)
    {
        string file = TestData.Require($"models/{name}.onnx");
        using var classifier = await TransferLearner.From(Backbone.FromFile(file)).Classifier().CreateAsync();
        string[] images = [.. Directory.GetFiles(TestData.Require("datasets/imagenet_sample_100")).Order(StringComparer.Ordinal)];
        var predictions = await classifier.PredictAsync(images);
        Assert.Equal(100, images.Length);

        // An image's name starts with the WordNet identifier of its class.
        var right = predictions.Select(item => Path.GetFileName(item.Path).Split('_')[0]).ToArray();
        int top1 = predictions.Where((item, i) => classifier.Synsets[item.Prediction!.LabelIndex] == right[i]).Count();
        int top5 = predictions.Where(
            (item, i) => Best(item.Prediction!.Probabilities, 5).Any(index => classifier.Synsets[index] == right[i])).Count();
        Assert.InRange(top1 / 100.0, least, 1);
        Assert.InRange(top5 / 100.0, leastTop5, 1);

        using var session = new InferenceSession(file);
        using var run = new RunOptions();
        var preprocessor = new ImagePreprocessor(classifier.Preprocessing);
        float[] pixels = new float[preprocessor.TensorLength];
        foreach (var item in predictions)
        {
            preprocessor.Load(item.Path, pixels);
            using var input = OrtValue.CreateTensorValueFromMemory(
                pixels, [1, 3, classifier.Preprocessing.Height, classifier.Preprocessing.Width]);
            using var outputs = session.Run(run, session.InputNames, [input], [session.OutputNames[0]]);
            var bare = outputs[0].GetTensorDataAsSpan<float>();
            Assert.Equal(Best(bare, 1), new[] { item.Prediction!.LabelIndex });
            Assert.Equal(bare[item.Prediction.LabelIndex], item.Prediction.Probability, 1e-3f);
        }
    }

    private static int[] Best(ReadOnlySpan<float> scores, int count)
    {
        float[] copy = scores.ToArray();
        return [.. Enumerable.Range(0, copy.Length).OrderByDescending(index => copy[index]).Take(count)];
    }
}
