using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class TinyResNetTests
{
    [Fact]
    public void Its_preprocessing_classes_and_licence_come_from_the_embedded_file()
    {
        var tiny = Backbones.TinyResNet;

        Assert.Equal("TinyResNet", tiny.Name);
        Assert.Equal(ImagePreprocessing.ImageNet(96) with { ResizeTo = 96 }, tiny.Preprocessing);
        Assert.True(tiny.PreprocessingVerified);
        Assert.Equal(200, tiny.Labels.Count);
        Assert.Equal("goldfish, Carassius auratus", tiny.Labels[0]);
        Assert.Equal(200, tiny.Synsets.Count);
        Assert.Equal("n01443537", tiny.Synsets[0]);
        Assert.Equal("MIT", tiny.License);
        Assert.Equal((200, 512, 1_446_312), (tiny.ClassCount, tiny.FeatureDimension, tiny.Parameters));
        Assert.Equal(48.99, tiny.PublishedTop1!.Value, 6);
    }

    [Fact]
    public void The_resource_holds_the_original_bytes()
    {
        byte[] bytes = EmbeddedWeights.ReadBytes();

        Assert.Equal(EmbeddedWeights.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(File.ReadAllBytes(TestData.Require("models/tinyres-96.onnx")), bytes);
    }

    [Fact]
    public async Task It_loads_once_and_runs_without_a_download()
    {
        var offline = new WeightCacheOptions { Offline = true, Folder = "/nowhere" };
        var model = await Backbones.TinyResNet.LoadAsync(offline);

        Assert.Same(model, await Backbones.TinyResNet.LoadAsync());
        using var session = new InferenceSession(model.ToBytes());
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>([2, 3, 96, 96]))]);
        Assert.Contains(results, result => result.AsTensor<float>().Dimensions.SequenceEqual([2, 200]));
    }
}
