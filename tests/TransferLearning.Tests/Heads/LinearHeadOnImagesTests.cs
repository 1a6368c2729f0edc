using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Heads;

public sealed class LinearHeadOnImagesTests
{
    [Fact]
    public async Task Two_hundred_images_of_cats_and_dogs_are_enough_for_97_percent()
    {
        string model = TestData.Require("models/mobilenetv2-1.0-224.onnx");
        var pets = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        var backbone = Backbone.FromFile(model);
        using var extractor = new FeatureExtractor((await backbone.LoadAsync()).WithoutTop(), backbone.Preprocessing);
        var train = await extractor.ExtractAsync([.. pets.Train.Select(image => image.Path)]);
        var validation = await extractor.ExtractAsync([.. pets.Validation.Select(image => image.Path)]);
        int[] labels = [.. pets.Train.Select(image => image.Label)];
        int[] validationLabels = [.. pets.Validation.Select(image => image.Label)];

        var head = LinearHead.Fit(train, labels, 2, validation, validationLabels);
        var report = ClassificationReport.Create(validationLabels, head.Probabilities(validation), pets.Classes);
        Assert.True(report.Accuracy >= 0.97, report.ToString());
        Assert.True(report.LogLoss < 0.1, report.ToString());
        Assert.True(LinearHead.CrossValidate(train, labels, 2)!.Accuracy >= 0.97);
    }
}
