using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>
/// What the catalog promises of its networks, on small networks of the same architectures with random weights: features, a new head,
/// fine-tuning, explanation, quantization, and a file that predicts the same.
/// </summary>
public sealed class CatalogArchitectureTests(DrawnExample example)
{
    /// <summary>Exports of PyTorch (models/torch of the test data), and the networks of the catalog.</summary>
    public static TheoryData<string, string> Exports => new()
    {
        { "mobilenetv3-op17", "MobileNetV3Large" },
        { "efficientnet-op17", "EfficientNetB0, EfficientNetV2RwT" },
        { "regnet-op17", "RegNetY800MF, RegNetY1600MF, RegNetY3200MF" },
        { "resnet_folded-op17", "ResNet50A1" },
        { "convnext-op17", "ConvNeXtNano, ConvNeXtTiny, ConvNeXtTinyFb" },
        { "vit-op17", "ViTTiny, ViTSmall, DeiTSmall" },
    };

    [Theory]
    [MemberData(nameof(Exports))]
    public async Task An_export_of_the_architecture_does_all_that_a_backbone_can(string file, string networks)
    {
        Assert.All(networks.Split(", "), name => Assert.True(Backbones.TryFind(name, out _)));
        await DoesAllAsync(OnnxModel.Load(TestData.Require($"models/torch/{file}.onnx")), isTransformer: file.StartsWith('v'));
    }

    [Fact]
    public Task MobileNetV4_does_all_that_a_backbone_can() => DoesAllAsync(CatalogGraphs.MobileNetV4(), isTransformer: false);

    [Fact]
    public Task EdgeNeXt_does_all_that_a_backbone_can() => DoesAllAsync(CatalogGraphs.EdgeNeXt(), isTransformer: false);

    [Fact]
    public Task DinoV2_does_all_that_a_backbone_can() => DoesAllAsync(CatalogGraphs.DinoV2(), isTransformer: true);

    private async Task DoesAllAsync(OnnxModel model, bool isTransformer)
    {
        using var folder = new TemporaryFolder();
        model.WithFreeBatch().Save(folder.File("network.onnx"));
        var backbone = Backbone.FromFile(folder.File("network.onnx"), "imagenet");
        var network = await backbone.LoadAsync();
        Assert.Equal([null, backbone.FeatureDimension], network.WithoutTop().Outputs[0].Dimensions);
        Assert.True(backbone.FeatureDimension >= 8);

        var learner = TransferLearner.From(backbone);
        using var extracted = await learner.FeatureExtraction().FitAsync(example.Dataset);
        Assert.Equal(example.Dataset.Classes, extracted.Labels);

        var options = new FineTuningOptions { Freeze = FreezePoint.LastLayers(2), Epochs = 1 };
        using var tuned = await learner.FineTuning(options).FitAsync(example.Dataset);
        Assert.True(double.IsFinite(tuned.Training!.History![^1].Loss));

        string image = example.Dataset.Test[0].Path;
        if (!isTransformer)
        {
            using var gradCam = new GradCam(tuned);
            Assert.Equal(tuned.Predict(image).Label, gradCam.Explain(image).Label);
            using var quantized = await tuned.QuantizeAsync(
                example.Dataset.Train, example.Dataset.Validation, new QuantizationOptions { MaxAccuracyLoss = 1, CalibrationImages = 8 });
            Assert.NotNull(quantized.Quantization);
        }

        tuned.Save(folder.File("tuned.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("tuned.onnx"));
        Assert.Equal(tuned.Predict(image).Probability, loaded.Predict(image).Probability, 1e-5f);
    }
}
