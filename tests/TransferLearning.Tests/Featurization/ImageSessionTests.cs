using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using static TransferLearning.Onnx.Protobuf.TensorProto.Types;

namespace TransferLearning.Tests.Featurization;

/// <summary>Which form of a network is loaded, and what is known of it.</summary>
public sealed class ImageSessionTests
{
    private static readonly ExecutionOptions OnDevice = new() { AsDevice = true, Threads = 2 };

    /// <summary>Numbers whose products and quotients are not exact.</summary>
    private static readonly ImagePreprocessing Normalised = TinyNetwork.Preprocessing with
    {
        Mean = new(123.675f, 116.28f, 103.53f),
        StandardDeviation = new(58.395f, 57.12f, 57.375f),
    };

    [Theory]
    [InlineData(TensorLayout.Nchw, ChannelOrder.Rgb, ImageResizeMode.ShortestSide)]
    [InlineData(TensorLayout.Nchw, ChannelOrder.Bgr, ImageResizeMode.Squash)]
    [InlineData(TensorLayout.Nhwc, ChannelOrder.Rgb, ImageResizeMode.Squash)]
    [InlineData(TensorLayout.Nhwc, ChannelOrder.Bgr, ImageResizeMode.ShortestSide)]
    [InlineData(TensorLayout.Nchw, ChannelOrder.Rgb, ImageResizeMode.Pad)]
    [InlineData(TensorLayout.Nhwc, ChannelOrder.Rgb, ImageResizeMode.Pad)]
    public void A_network_on_a_device_sees_the_same_numbers(TensorLayout layout, ChannelOrder order, ImageResizeMode resize)
    {
        // Wider than a vector, and no multiple of one.
        var preprocessing = Normalised with
        {
            Width = 75, Height = 50, ResizeTo = null, Layout = layout, ChannelOrder = order, Resize = resize,
        };
        var image = ImageSource.FromBytes(Imaging.Golden.Encoded("scene.png"));
        var model = Identity(layout == TensorLayout.Nchw ? [null, 3, 50, 75] : [null, 50, 75, 3]);
        using var plain = Open(model, preprocessing, ExecutionOptions.Default);
        using var fed = Open(model, preprocessing, OnDevice);
        Assert.False(plain.Network.TakesPixels);
        Assert.Equal(resize != ImageResizeMode.Pad, fed.Network.TakesPixels);
        float[] expected = new float[plain.Network.RowLength], actual = new float[fed.Network.RowLength];
        plain.Runner.Run(image, expected);
        fed.Runner.Run(image, actual);
        Assert.Equal(preprocessing.TensorLength, expected.Length);
        Assert.True(expected.Distinct().Count() > 100);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task Random_views_are_the_same_on_a_device()
    {
        var views = new AugmentedViews();
        ImageSource[] images =
        [
            .. Enumerable.Range(0, 9).Select(i => ImageSource.FromBytes(Imaging.Golden.Encoded("scene.png")) with
            {
                View = i % 3 == 0 ? null : new AugmentedView(views.Augmentation, 5, i, 1),
            }),
        ];
        var model = Identity(null, 3, 8, 8);
        using var plain = new FeatureExtractor(model, Normalised, ExecutionOptions.Default, decoding: null, hasViews: true);
        using var fed = new FeatureExtractor(model, Normalised, OnDevice, decoding: null, hasViews: true);
        var expected = await plain.ExtractAsync(images, UndecodableImages.Throw);
        var actual = await fed.ExtractAsync(images, UndecodableImages.Throw);
        Assert.Equal(expected.Features.Values.ToArray(), actual.Features.Values.ToArray());
        Assert.NotEqual(expected.Features[0].ToArray(), expected.Features[1].ToArray());

        using var unaware = new FeatureExtractor(model, Normalised, OnDevice);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => unaware.ExtractAsync(images, UndecodableImages.Skip));
        Assert.Contains("Views", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_that_take_something_else_are_refused_in_their_own_words()
    {
        foreach (var model in (OnnxModel[])[Identity(null, 3, 9, 8), Identity(5, 3, 8, 8), Identity(null, 3, 64)])
        {
            var expected = Assert.Throws<OnnxGraphException>(() => Open(model, Normalised, ExecutionOptions.Default));
            var actual = Assert.Throws<OnnxGraphException>(() => Open(model, Normalised, OnDevice));
            Assert.Equal(expected.Message, actual.Message);
        }
    }

    [Fact]
    public void Weights_that_an_old_file_lists_as_inputs_stay_constant()
    {
        var graph = new GraphProto { Name = "old" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("image", DataType.Float, null, 3, 8, 8);
        builder.Initializer("factors", [1f, 2f, 3f], [3, 1, 1]);
        builder.Input("factors", DataType.Float, 3, 1, 1);
        builder.AddNamed("scaled", "Mul", ["image", "factors"]);
        builder.Output("scaled", DataType.Float, null, 3, 8, 8);
        var model = new ModelProto { IrVersion = 3, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 9 });
        var changed = PixelInput.Apply(new OnnxModel(model), Normalised);
        Assert.Equal("pixels/input", Assert.Single(changed!.Proto.Graph.Input).Name);
        Assert.Contains("factors", changed.Proto.Graph.Initializer.Select(tensor => tensor.Name));
        using var session = Open(new OnnxModel(model), Normalised, OnDevice);
        Assert.True(session.Network.TakesPixels);
    }

    [Fact]
    public void Names_of_nested_graphs_are_not_made_again()
    {
        var graph = new GraphProto { Name = "nested" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("image", DataType.Float, null, 3, 8, 8);
        graph.Initializer.Add(new TensorProto { Name = "yes", DataType = (int)DataType.Bool, Int32Data = { 1 } });
        var branch = new GraphProto { Name = "branch" };
        var inner = new GraphBuilder(branch, string.Empty);
        inner.AddNamed("pixels/Cast", "Relu", ["image"]);
        inner.Output("pixels/Cast", DataType.Float, null, 3, 8, 8);
        builder.AddNamed("chosen", "If", ["yes"], Nested("then_branch", branch), Nested("else_branch", branch));
        builder.Output("chosen", DataType.Float, null, 3, 8, 8);
        using var session = Open(TinyNetwork.Model(graph), Normalised, OnDevice);
        Assert.True(session.Network.TakesPixels);

        static AttributeProto Nested(string name, GraphProto graph) =>
            new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph.Clone() };
    }

    [Fact]
    public void The_hash_is_that_of_the_model_and_only_taken_where_it_is_asked_for()
    {
        using var first = Open(TinyNetwork.Averages(), Normalised, ExecutionOptions.Default, isHashed: true);
        using var same = Open(TinyNetwork.Averages(), Normalised, OnDevice, isHashed: true);
        using var other = Open(TinyNetwork.Averages(graph => graph.Name = "other"), Normalised, ExecutionOptions.Default, isHashed: true);
        using var none = Open(TinyNetwork.Averages(), Normalised, ExecutionOptions.Default);
        Assert.NotNull(first.Session.ModelHash);
        Assert.Equal(first.Session.ModelHash, same.Session.ModelHash);
        Assert.NotEqual(first.Session.ModelHash, other.Session.ModelHash);
        Assert.Null(none.Session.ModelHash);
    }

    private static ImageSession Open(
        OnnxModel model, ImagePreprocessing preprocessing, ExecutionOptions execution, bool isHashed = false) => ImageSession.Open(
            model, new ImageSessionOptions(preprocessing, execution, SessionMode.Throughput, "network") { IsHashed = isHashed });

    /// <summary>A network that gives the numbers that it gets.</summary>
    private static OnnxModel Identity(params ReadOnlySpan<long?> dimensions)
    {
        var graph = new GraphProto { Name = "identity" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("image", DataType.Float, dimensions);
        builder.AddNamed("same", "Identity", ["image"]);
        builder.Output("same", DataType.Float, dimensions);
        return TinyNetwork.Model(graph);
    }
}
