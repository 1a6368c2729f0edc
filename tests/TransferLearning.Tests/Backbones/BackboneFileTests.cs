using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class BackboneFileTests : IDisposable
{
    private static readonly ImagePreprocessing Small = ImagePreprocessing.Caffe(8);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_with_metadata_needs_nothing_else()
    {
        var squeezeNet = Backbone.FromFile(TestData.Require("models/squeezenet1.1-227.onnx"));

        Assert.Equal(ChannelOrder.Bgr, squeezeNet.Preprocessing.ChannelOrder);
        Assert.Equal(227, squeezeNet.Preprocessing.Width);
        Assert.Equal(1000, squeezeNet.Labels.Count);
        Assert.Equal("n01440764", squeezeNet.Synsets[0]);
        Assert.StartsWith("BSD-2", squeezeNet.License, StringComparison.Ordinal);
        Assert.NotNull(squeezeNet.Origin);
        Assert.Equal((1000, 512, 1_235_496), (squeezeNet.ClassCount, squeezeNet.FeatureDimension, squeezeNet.Parameters));
    }

    [Fact]
    public void Explicit_numbers_override_those_of_the_file_even_if_they_are_null()
    {
        var squeezeNet = Backbone.FromFile(TestData.Require("models/squeezenet1.1-227.onnx"))
            with { ClassCount = null, FeatureDimension = 3, Parameters = null };

        Assert.Equal((null, 3, null), (squeezeNet.ClassCount, squeezeNet.FeatureDimension, squeezeNet.Parameters));
    }

    [Fact]
    public async Task A_finished_classifier_has_as_many_classes_as_it_declares()
    {
        string path = _folder.File("finished.onnx");
        using (var classifier = await TransferLearner.From(Backbones.TinyResNet).Classifier().CreateAsync())
            classifier.Save(path);

        Assert.Equal(200, Backbone.FromFile(path).ClassCount);
    }

    [Fact]
    public async Task Labels_of_the_file_that_are_too_few_are_refused_with_both_numbers()
    {
        var model = OnnxModel.Parse(EmbeddedWeights.ReadBytes())
            .WithMetadata([new(ModelMetadata.LabelsKey, ModelMetadata.StringsToJson(["cat", "dog"]))]);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Backbone.FromFile(Write(model.ToBytes())).LoadAsync());

        Assert.Contains("200 classes but 2 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_network_that_loads_is_the_one_that_was_described_even_if_the_file_changes()
    {
        string path = Write(TestModels.Pooling(metadata: (ModelMetadata.PreprocessingKey, Small.ToJson())));
        var backbone = Backbone.FromFile(path);
        File.WriteAllText(path, "something else");

        Assert.Single((await backbone.LoadAsync()).Proto.Graph.Node);
    }

    [Fact]
    public async Task A_network_with_batch_size_1_is_loaded_with_a_dynamic_batch()
    {
        var backbone = Backbone.FromFile(Write(TestModels.Pooling([1, 3, 8, 8])), "tf");

        Assert.Equal(1, backbone.Input!.Dimensions[0]);
        Assert.Null((await backbone.LoadAsync()).Inputs[0].Dimensions[0]);
    }

    [Fact]
    public async Task There_must_be_one_label_for_each_class()
    {
        var tiny = Backbones.TinyResNet with { Labels = ["cat", "dog"] };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => tiny.LoadAsync());

        Assert.Contains("200 classes but 2 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backbone_without_weights_says_what_to_set()
    {
        var empty = new Backbone { Name = "mine", Preprocessing = Small };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => empty.LoadAsync());

        Assert.Contains("'mine' has no weights: set Weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_preprocessing_names_the_presets_and_the_json_file()
    {
        string path = Write(TestModels.Pooling());

        var error = Assert.Throws<OnnxGraphException>(() => Backbone.FromFile(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        foreach (string word in (string[])["'imagenet'", "'tf'", "'caffe'", "JSON file", "transferlearning.preprocessing"])
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explicit_preprocessing_overrides_that_of_the_file()
    {
        string path = Write(TestModels.Pooling(metadata: (ModelMetadata.PreprocessingKey, Small.ToJson())));

        Assert.Equal(Small, Backbone.FromFile(path).Preprocessing);
        Assert.Equal(ImagePreprocessing.ImageNet(8), Backbone.FromFile(path, ImagePreprocessing.ImageNet(8)).Preprocessing);
    }

    [Fact]
    public void A_preset_takes_size_and_axis_order_from_the_network()
    {
        string nchw = Write(TestModels.Pooling([1, 3, 64, 64]));
        string nhwc = Write(TestModels.Pooling([null, 96, 96, 3]));
        string free = Write(TestModels.Pooling([null, 3, null, null]));
        string wide = Write(TestModels.Pooling([null, 3, 64, 320]));

        Assert.Equal(ImagePreprocessing.ImageNet(64), Backbone.FromFile(nchw, "imagenet").Preprocessing);
        Assert.Equal(ImagePreprocessing.TensorFlow(96) with { Layout = TensorLayout.Nhwc }, Backbone.FromFile(nhwc, "TF").Preprocessing);
        Assert.Equal(ImagePreprocessing.Caffe(), Backbone.FromFile(free, "caffe").Preprocessing);
        Assert.Equal((320, 64), (Backbone.FromFile(wide, "tf").Preprocessing.Width, Backbone.FromFile(wide, "tf").Preprocessing.Height));
    }

    [Fact]
    public void A_json_file_gives_the_preprocessing()
    {
        string model = Write(TestModels.Pooling());
        string json = _folder.File("caffe8.json");
        File.WriteAllText(json, Small.ToJson());

        Assert.Equal(Small, Backbone.FromFile(model, json).Preprocessing);

        File.WriteAllText(json, """{"width":8,"height":0}""");
        var error = Assert.Throws<FormatException>(() => Backbone.FromFile(model, json));
        Assert.Contains(json, error.Message, StringComparison.Ordinal);
        Assert.Contains("Height is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_choices()
    {
        string path = Write(TestModels.Pooling());

        var error = Assert.Throws<ArgumentException>(() => Backbone.FromFile(path, "keras"));

        Assert.Contains("'keras'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'imagenet'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preprocessing_that_does_not_fit_the_input_is_refused()
    {
        string path = Write(TestModels.Pooling([null, 3, 64, 64]));

        var size = Assert.Throws<OnnxGraphException>(() => Backbone.FromFile(path, ImagePreprocessing.ImageNet(224)));
        Assert.Contains("64 × 64 pixels but the preprocessing makes 224 × 224", size.Message, StringComparison.Ordinal);

        var layout = Assert.Throws<OnnxGraphException>(
            () => Backbone.FromFile(path, ImagePreprocessing.ImageNet(64) with { Layout = TensorLayout.Nhwc }));
        Assert.Contains("takes NCHW but the preprocessing writes NHWC", layout.Message, StringComparison.Ordinal);

        var deviation = Assert.Throws<OnnxGraphException>(
            () => Backbone.FromFile(path, ImagePreprocessing.ImageNet(64) with { StandardDeviation = default }));
        Assert.Contains("StandardDeviation[0] is 0", deviation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_take_colour_images_is_refused()
    {
        var error = Assert.Throws<OnnxGraphException>(() => Backbone.FromFile(Write(TestModels.Pooling([null, 1, 28, 28])), "tf"));

        Assert.Contains("images: Float", error.Message, StringComparison.Ordinal);
        Assert.Contains("[N, 1, 28, 28]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelMetadata.LabelsKey, "[\"cat\", null]")]
    [InlineData(ModelMetadata.LabelsKey, "cat, dog")]
    [InlineData(ModelMetadata.PreprocessingKey, "{\"width\":-1}")]
    [InlineData(ModelMetadata.ValidationTop1Key, "half")]
    public void A_malformed_metadata_entry_is_named(string key, string value)
    {
        string path = Write(TestModels.Pooling(metadata: (key, value)));

        var error = Assert.Throws<OnnxGraphException>(() => Backbone.FromFile(path, "tf"));

        Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_that_is_written_is_read_back()
    {
        var written = new ModelMetadata
        {
            Title = "pets",
            Origin = "own images",
            License = "MIT",
            Preprocessing = Small,
            Labels = ["Kätzchen", "狗", "a \"quoted\" one"],
            Synsets = ["n1", "n2", "n3"],
            ValidationTop1 = 0.875,
        };
        var entries = written.ToEntries();
        var model = OnnxModel.Parse(TestModels.Pooling(metadata: [.. entries.Select(entry => (entry.Key, entry.Value))]));

        var read = ModelMetadata.Read(model, "pets.onnx");

        Assert.Equivalent(written, read, strict: true);
        Assert.Contains(entries, entry => entry.Value.Contains("Kätzchen", StringComparison.Ordinal));
    }

    private string Write(byte[] model)
    {
        string path = _folder.File(Path.GetRandomFileName() + ".onnx");
        File.WriteAllBytes(path, model);
        return path;
    }
}
