using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>One contract for every graph of the model zoo: it serves as a classifier as it is, and as a frozen backbone.</summary>
public sealed class ZooGraphTests
{
    /// <summary>Set to 1 to load also networks whose dense layers take hundreds of megabytes.</summary>
    private const string LargeSwitch = "TRANSFERLEARNING_TEST_LARGE";

    private static readonly ExecutionOptions OneThread = new() { Threads = 1, BatchSize = 1 };

    // graph, features of an image, whether its dense layers make it large
    public static TheoryData<string, int, bool> Graphs => new()
    {
        { "bvlc_alexnet", 256, true },
        { "densenet121", 1024, false },
        { "inception_v1", 1024, false },
        { "inception_v2", 1024, false },
        { "resnet50", 2048, false },
        { "shufflenet", 544, false },
        { "squeezenet", 512, false },
        { "vgg19", 512, true },
        { "zfnet512", 512, true },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Every_graph_is_a_classifier_as_it_is(string graph, int features, bool large)
    {
        Assert.True(features > 0);
        string file = TestData.Require($"models/light/light_{graph}.onnx");
        Assert.SkipWhen(
            large && Environment.GetEnvironmentVariable(
                LargeSwitch) != "1", $"loads a network of hundreds of megabytes; set {LargeSwitch}=1 to run it");
        using var classifier = await TransferLearner.From(
            Backbone.FromFile(file, ImagePreprocessing.ImageNet())).WithExecution(OneThread).Classifier().CreateAsync();
        var prediction = classifier.Predict(DrawnImages.Encode(2, seed: 1));
        Assert.Equal((1000, "class 999"), (classifier.Labels.Count, classifier.Labels[999]));
        Assert.Equal(1, prediction.Top(1000).Sum(entry => entry.Probability), 1e-4);
        Assert.Equal([null, 1000], classifier.ToOnnx().Outputs[0].Dimensions);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Every_graph_is_a_frozen_backbone(string graph, int features, bool large)
    {
        // The dense layers keep their constants and are cut off anyway, so the large networks are no larger than the others here.
        var random = RandomWeights.Fill(OnnxModel.Load(TestData.Require($"models/light/light_{graph}.onnx")), seed: 1, largest: 3_000_000);
        var backbone = new Backbone { Name = graph, Preprocessing = ImagePreprocessing.ImageNet() } with { Local = () => random };
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.File("images"), perClass: 2, seed: 4);
        Directory.Delete(folder.File("images/square"), recursive: true);
        var dataset = ImageDataset.FromFolder(folder.File("images"), new ImageFolderOptions { ValidationFraction = 0 });
        using var classifier = await TransferLearner.From(backbone).WithExecution(OneThread)
            .FeatureExtraction(
                new FeatureExtractionOptions { Head = new LinearHeadOptions { RegularizationStrengths = [0.01] } }).FitAsync(dataset);

        Assert.Equal(2 * (features + 1), classifier.Summarize().Rows[^1].Parameters);
        Assert.Equal([null, 2], classifier.ToOnnx().Outputs[0].Dimensions);
        Assert.Equal(large, random.ParameterCount > 2 * classifier.ToOnnx().ParameterCount && random.ParameterCount > 50_000_000);
        classifier.Save(folder.File("model.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("model.onnx"), OneThread);
        var prediction = loaded.Predict(dataset.Train[0].Path);
        Assert.Equal(1, prediction.Top(2).Sum(entry => entry.Probability), 1e-5);
        Assert.Equal("circle", prediction.Label);
    }
}
