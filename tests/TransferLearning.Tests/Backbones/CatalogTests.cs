using System.Globalization;
using System.Numerics;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class CatalogTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public static TheoryData<string> Names => [.. Backbones.All.Select(backbone => backbone.Name)];

    public static TheoryData<string> ZooNames =>
    [
        .. Backbones.All.Where(backbone => backbone.Origin!.StartsWith("ONNX Model Zoo", StringComparison.Ordinal))
            .Select(backbone => backbone.Name),
    ];

    public static TheoryData<string> TableNames => [.. BackboneTable.Read().Select(backbone => backbone.Name)];

    /// <summary>Catalog entry and the graph of the same architecture, as the zoo keeps it without its weights.</summary>
    public static TheoryData<string, string> Graphs => new()
    {
        { "AlexNet", "light_bvlc_alexnet" },
        { "DenseNet121", "light_densenet121" },
        { "InceptionV1", "light_inception_v1" },
        { "InceptionV2", "light_inception_v2" },
        { "SqueezeNet11", "light_squeezenet" },
        { "VGG19", "light_vgg19" },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_has_all_required_information(string name)
    {
        var backbone = Backbones.Find(name);

        Assert.Empty(OptionErrors.Of(backbone.Preprocessing));
        Assert.Contains(backbone.License, (string[])["MIT", "Apache-2.0", "BSD-3-Clause"]);
        Assert.NotNull(backbone.Origin);
        // The narrowest network is ViT tiny.
        Assert.InRange(backbone.FeatureDimension, 192, 2048);
        Assert.InRange(backbone.Parameters!.Value, 1_000_000, 150_000_000);
        Assert.Equal(backbone.PublishedTop1 is null, backbone.PublishedTop1Source is null);
        Assert.Equal(backbone.PreprocessingVerified && backbone.WeightsVerified, backbone.Warning is null);
        // The packaged network ends in its features, DINOv2 in its tokens.
        Assert.True(name is "ResNet18Packaged" or "DinoV2Small" ? backbone.ClassCount is null : backbone.ClassCount is 200 or 1000);
        Assert.Equal(backbone.ClassCount ?? 0, backbone.Labels.Count);
        int side = name switch { "TinyResNet" => 96, "MobileNetV4Medium" or "EdgeNeXtSmall" => 256, _ => 224 };
        Assert.Equal((side, side), (backbone.Preprocessing.Width, backbone.Preprocessing.Height));
        Assert.Single(Backbones.All, other => other.Name == name);
        Assert.Single(
            Backbones.All, other => other == backbone || backbone.Weights is { } weights && other.Weights?.FileName == weights.FileName);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_has_its_own_property(string name)
    {
        var properties = typeof(Backbones).GetProperties().Where(property => property.PropertyType == typeof(Backbone))
            .Select(property => property.GetValue(null)).ToList();

        Assert.Contains(Backbones.Find(name), properties);
        Assert.Equal(Backbones.All.Count + 1, properties.Count);
        Assert.Contains(Backbones.Default, Backbones.All);
    }

    [Theory]
    [MemberData(nameof(TableNames))]
    public void Networks_of_the_table_match_the_list_of_facts(string name)
    {
        var backbone = Backbones.Find(name);
        var weights = backbone.Weights!;

        // name, address, bytes, sha256, input, resize_to, filter, norm, licence, top1, notes
        string[] row = File.ReadAllLines(TestData.Require("catalog/backbones_modern.tsv")).Select(line => line.Split('\t'))
            .Single(cells => cells[3] == weights.Sha256);

        Assert.Equal(
            (row[1], row[2]), (Assert.Single(weights.Addresses).AbsoluteUri, weights.Bytes.ToString(CultureInfo.InvariantCulture)));
        var expected = row[7] == "half" ? ImagePreprocessing.TensorFlow() : ImagePreprocessing.ImageNet();
        int side = int.Parse(row[4], CultureInfo.InvariantCulture);
        Assert.Equal("bicubic", row[6]);
        Assert.Equal(
            expected with
            {
                Width = side,
                Height = side,
                ResizeTo = int.Parse(row[5], CultureInfo.InvariantCulture),
                Interpolation = ImageInterpolation.Bicubic,
            },
            backbone.Preprocessing);
        Assert.StartsWith(row[8], backbone.License, StringComparison.Ordinal);
        Assert.Equal(row[9].Split(' ')[0], backbone.PublishedTop1!.Value.ToString("F1", CultureInfo.InvariantCulture));
        Assert.Equal(row[10].Contains("inferred") || row[10].Contains("one source"), !backbone.WeightsVerified);

        // Weights are floats of four bytes; exporters fold batch normalisation, and add constants.
        Assert.InRange(weights.Bytes / 4.0 / backbone.Parameters!.Value, 0.99, 1.01);
    }

    [Theory]
    [MemberData(nameof(ZooNames))]
    public void Files_of_the_zoo_match_its_manifest(string name)
    {
        var backbone = Backbones.Find(name);
        string[] lines = File.ReadAllLines(TestData.Require("catalog/onnx_model_zoo.tsv"));
        var weights = backbone.Weights!;

        // model, path, opset, bytes, sha256, inputs, outputs
        string[] row = lines.Select(line => line.Split('\t'))
            .Single(cells => cells[1].EndsWith("/" + weights.FileName, StringComparison.Ordinal));

        Assert.Equal(long.Parse(row[3], CultureInfo.InvariantCulture), weights.Bytes);
        Assert.Equal(row[4], weights.Sha256);
        Assert.Equal(Shape(row[5]), backbone.Input!.ToString());
        Assert.Equal(Shape(row[6]), backbone.Output!.ToString());
        string stem = Path.GetFileNameWithoutExtension(weights.FileName);
        Assert.Equal(
            [
                $"https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/{row[1]}",
                $"https://huggingface.co/onnxmodelzoo/{stem}/resolve/main/{stem}.onnx",
                $"https://media.githubusercontent.com/media/onnx/models/4c46cd00fbdb7cd30b6c1c17ab54f2e1f4f7b177/{row[1]}",
            ],
            weights.Addresses.Select(address => address.AbsoluteUri));

        // Weights are floats of four bytes: the file is a little larger than they are.
        Assert.InRange(weights.Bytes / 4.0 / backbone.Parameters!.Value, 1, 1.01);

        static string Shape(string text) => text.Replace("[", ": Float [", StringComparison.Ordinal)
            .Replace("'batch_size'", "N", StringComparison.Ordinal).Replace("'N'", "N", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Numbers_are_those_of_the_graph(string name, string graph)
    {
        var model = OnnxModel.Load(TestData.Require($"models/light/{graph}.onnx"));
        var backbone = Backbones.Find(name);

        Assert.Equal(model.ParameterCount, backbone.Parameters);
        Assert.Equal(backbone.FeatureDimension, model.WithoutTop().Outputs[0].Dimensions[1]);
        Assert.Equal(backbone.ClassCount, model.FindClassifierHead().ClassCount);
    }

    /// <summary>A convolution multiplies each of its weights once for each position of a map, a dense layer once.</summary>
    [Theory]
    [MemberData(nameof(Graphs))]
    [InlineData("MobileNetV2", "mobilenetv2-1.0-224")]
    [InlineData("TinyResNet", "tinyres-96")]
    public void Multiply_adds_are_those_of_the_convolutions_and_dense_layers(string name, string graph)
    {
        string file = graph.StartsWith("light_", StringComparison.Ordinal) ? "light/" + graph : graph;
        var model = OnnxModel.Load(TestData.Require($"models/{file}.onnx")).WithFreeBatch();
        var shapes = ShapeInference.Infer(model, 1);
        long count = 0;
        foreach (var node in model.Index.DynamicNodes.Select(index => model.Proto.Graph.Node[index]))
        {
            if (node.OpType is "Conv" or "Gemm" or "MatMul")
            {
                count += Product(shapes[node.Input[1]]) * Product(
                    shapes[node.Output[0]][(node.OpType == "Conv" ? 2 : shapes[node.Output[0]].Length)..]);
            }
        }

        Assert.Equal(count, Backbones.Find(name).MultiplyAdds);

        static long Product(long[] dimensions) => dimensions.Aggregate(1L, (product, dimension) => product * dimension);
    }

    [Fact]
    public void Preprocessing_is_as_documented_or_marked()
    {
        Assert.Equal(
            ["InceptionV2"],
            Backbones.All.Where(backbone => !backbone.PreprocessingVerified).Select(backbone => backbone.Name));
        Assert.Equal(ImagePreprocessing.ImageNet(), Backbones.MobileNetV2.Preprocessing);
        Assert.Equal(256, Backbones.MobileNetV2.Preprocessing.ResizeTo);

        // BGR minus the red, green and blue means 123.68, 116.779 and 103.939.
        Assert.Equal(ChannelOrder.Bgr, Backbones.GoogLeNet.Preprocessing.ChannelOrder);
        Assert.Equal(new Vector3(103.939f, 116.779f, 123.68f), Backbones.GoogLeNet.Preprocessing.Mean);

        foreach (var squashed in new[] { Backbones.InceptionV1, Backbones.AlexNet })
        {
            var expected = ImagePreprocessing.Caffe() with { Resize = ImageResizeMode.Squash, ResizeTo = null };
            Assert.Equal(expected, squashed.Preprocessing);
        }

        // A level of 103.94 + 58.8235 becomes 1 in blue, the first channel.
        var dense = Backbones.DenseNet121.Preprocessing;
        Assert.Equal(ChannelOrder.Bgr, dense.ChannelOrder);
        Assert.Equal(1, (162.7635f - dense.Mean.X) / dense.StandardDeviation.X, 1e-4);
        Assert.Equal(1, (182.5035f - dense.Mean.Z) / dense.StandardDeviation.Z, 1e-4);

        var lite = Backbones.EfficientNetLite4.Preprocessing;
        Assert.Equal(
            (TensorLayout.Nhwc, ChannelOrder.Rgb, new Vector3(127), new Vector3(128)),
            (lite.Layout, lite.ChannelOrder, lite.Mean, lite.StandardDeviation));
        Assert.Equal(0.875, lite.Width / (double)lite.ResizeTo!.Value);
    }

    [Theory]
    [InlineData("mobilenetv2")]
    [InlineData("MOBILENETV2")]
    [InlineData(" MobileNetV2 ")]
    public void Names_are_found_in_any_case(string name)
    {
        Assert.Same(Backbones.MobileNetV2, Backbones.Find(name));
        Assert.True(Backbones.TryFind(name, out var found));
        Assert.Same(Backbones.MobileNetV2, found);
    }

    [Fact]
    public void Names_are_found_under_turkish_rules_too()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Assert.Same(Backbones.InceptionV1, Backbones.Find("inceptionv1"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("mobilnetv2", "MobileNetV2")]
    [InlineData("resnet-50", "ResNet50")]
    [InlineData("resnet_50_v2", "ResNet50V2")]
    [InlineData("vgg-16", "VGG16")]
    [InlineData("googlnet", "GoogLeNet")]
    [InlineData("densenet", "DenseNet121")]
    [InlineData("tinyresnt", "TinyResNet")]
    public void A_misspelt_name_gets_a_suggestion(string name, string meant)
    {
        var error = Assert.Throws<ArgumentException>(() => Backbones.Find(name));

        Assert.Contains($"There is no backbone '{name}'. Did you mean '{meant}'?", error.Message, StringComparison.Ordinal);
        Assert.False(Backbones.TryFind(name, out _));
    }

    [Fact]
    public void A_name_that_resembles_none_gets_the_list()
    {
        var error = Assert.Throws<ArgumentException>(() => Backbones.Find("transformer-xl"));

        Assert.DoesNotContain("Did you mean", error.Message, StringComparison.Ordinal);
        Assert.Contains("TinyResNet, ResNet18Packaged, MobileNetV2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Backbone.FromFile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_a_file_name_the_error_mentions_FromFile()
    {
        var error = Assert.Throws<ArgumentException>(() => Backbones.Find("models/Mine.ONNX"));

        Assert.Contains("Backbone.FromFile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_are_downloaded_verified_and_loaded_with_a_dynamic_batch()
    {
        await using var server = await WeightServer.StartAsync(TestModels.Pooling([1, 3, 8, 8]));
        var backbone = Backbones.MobileNetV2 with { Weights = server.File() };

        var model = await backbone.LoadAsync(_fixture.Options);
        await backbone.LoadAsync(_fixture.Options);

        Assert.Null(Assert.Single(model.Inputs).Dimensions[0]);
        Assert.Single(server.Requests);
        Assert.DoesNotContain(_fixture.Log.Messages, message => message.Contains("preprocessing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Weights_that_were_damaged_since_are_not_loaded()
    {
        await using var server = await WeightServer.StartAsync(TestModels.Pooling());
        var backbone = Backbones.MobileNetV2 with { Weights = server.File() };
        await backbone.LoadAsync(_fixture.Options);
        byte[] damaged = [.. server.Content];
        damaged[^1] ^= 1;
        _fixture.Put("weights.onnx", damaged);

        await Assert.ThrowsAsync<WeightDownloadException>(() => backbone.LoadAsync(_fixture.Options with { Offline = true }));
        await backbone.LoadAsync(_fixture.Options);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(["weights.onnx", "weights.onnx.damaged"], _fixture.Visible);
    }

    [Fact]
    public async Task Unverified_preprocessing_is_logged_on_use()
    {
        await using var server = await WeightServer.StartAsync(TestModels.Pooling());
        var backbone = Backbones.InceptionV2 with { Weights = server.File() };

        await backbone.LoadAsync(_fixture.Options);

        Assert.Contains("'InceptionV2' does not document its preprocessing", backbone.Warning, StringComparison.Ordinal);
        Assert.Contains(backbone.Warning, _fixture.Log.Messages);
    }
}
