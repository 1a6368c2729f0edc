using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>What the main job reaches on real photos with real weights.</summary>
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

    [Theory]
    [InlineData("mobilenetv2-1.0-224", 0.88)]
    [InlineData("squeezenet1.1-227", 0.60)]
    public async Task Pretrained_networks_name_ImageNet_photos_right(string model, double least)
    {
        using var classifier = await TransferLearner.From(Backbone.FromFile(TestData.Require($"models/{model}.onnx"))).Classifier().CreateAsync();
        string[] photos = [.. Directory.GetFiles(TestData.Require("datasets/imagenet_sample_100")).Order(StringComparer.Ordinal)];
        var predictions = await classifier.PredictAsync(photos);

        // A photo's name starts with the WordNet identifier of its class.
        int right = predictions.Count(item =>
            Path.GetFileName(item.Path).StartsWith(classifier.Synsets[item.Prediction!.LabelIndex] + "_", StringComparison.Ordinal));
        Assert.Equal(100, photos.Length);
        Assert.InRange(right / 100.0, least, 1);
    }
}
