using System.Globalization;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Pretrained networks used as they are.</summary>
public sealed class PretrainedClassifierTests(DrawnExample example)
{
    [Fact]
    public async Task The_embedded_network_answers_with_its_own_classes()
    {
        using var folder = new TemporaryFolder();
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).Classifier().CreateAsync();
        Assert.Equal((200, 200), (classifier.Labels.Count, classifier.Synsets.Count));
        Assert.Null(classifier.Training);
        var prediction = classifier.Predict(example.Dataset.Test[0].Path);
        Assert.Equal(5, prediction.Top(5).Count);
        Assert.Equal(1, prediction.Top(200).Sum(entry => entry.Probability), 1e-4);

        classifier.Save(folder.File("pretrained.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("pretrained.onnx"));
        Assert.Equal(classifier.Labels, loaded.Labels);
        Assert.Equal(classifier.Synsets, loaded.Synsets);
        Assert.Equal(
            0.4899, double.Parse(loaded.ToOnnx().Metadata["transferlearning.validation_top1"], CultureInfo.InvariantCulture), 1e-4);
        Assert.Equal(prediction.Probabilities, loaded.Predict(example.Dataset.Test[0].Path).Probabilities);
        Assert.Equal(["Score", "PredictedLabel"], loaded.ToOnnx().Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task A_finished_classifier_is_taken_as_it_is()
    {
        using var classifier = await TransferLearner.From(Backbone.FromFile(await example.ModelAsync())).Classifier().CreateAsync();
        Assert.Equal(DrawnImages.Classes, classifier.Labels);
        Assert.Equal((await example.ClassifierAsync()).ToOnnx().ToBytes(), classifier.ToOnnx().ToBytes());
        Assert.Equal(36, classifier.Training!.TrainingImages);
    }

    [Fact]
    public async Task A_preprocessing_that_is_given_wins_over_that_of_a_finished_classifier_and_is_saved()
    {
        using var folder = new TemporaryFolder();
        var preprocessing = Backbones.TinyResNet.Preprocessing with { ResizeTo = 200 };
        using var classifier = await TransferLearner.From(
            Backbone.FromFile(await example.ModelAsync(), preprocessing)).Classifier().CreateAsync();
        string image = example.Dataset.Test[0].Path;
        Assert.Equal(preprocessing, classifier.Preprocessing);
        Assert.NotEqual((await example.ClassifierAsync()).Predict(image).Probability, classifier.Predict(image).Probability);
        classifier.Save(folder.File("model.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("model.onnx"));
        Assert.Equal(preprocessing, loaded.Preprocessing);
    }

    [Fact]
    public async Task Classes_without_names_are_numbered()
    {
        using var classifier = await TransferLearner.From(
            Backbones.TinyResNet with { Labels = [], Synsets = [] }).Classifier().CreateAsync();
        Assert.Equal(Enumerable.Range(0, 200).Select(index => FormattableString.Invariant($"class {index}")), classifier.Labels);
        Assert.Empty(classifier.Synsets);
    }

    [Fact]
    public async Task Names_that_are_not_as_many_as_the_classes_are_refused()
    {
        var backbone = Backbones.TinyResNet with { Labels = ["one", "two"], ClassCount = null };
        var error = await Assert.ThrowsAsync<OnnxGraphException>(() => TransferLearner.From(backbone).Classifier().CreateAsync());
        Assert.Contains("has 200 classes but 2 labels", error.Message, StringComparison.Ordinal);
    }
}
