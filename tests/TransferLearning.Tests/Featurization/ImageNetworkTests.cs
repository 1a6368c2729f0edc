using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using static TransferLearning.Onnx.Protobuf.TensorProto.Types;

namespace TransferLearning.Tests.Featurization;

public sealed class ImageNetworkTests
{
    [Fact]
    public async Task Networks_with_the_channels_last_are_fed_as_they_expect()
    {
        var graph = new GraphProto { Name = "nhwc" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("pixels", DataType.Float, null, 8, 8, 3);
        builder.AddNamed(
            "means", "ReduceMean", ["pixels"], GraphBuilder.Attribute("axes", [1L, 2L]), GraphBuilder.Attribute("keepdims", 0L));
        builder.Output("means", DataType.Float, null, 3);
        using var extractor = new FeatureExtractor(TinyNetwork.Model(graph), TinyNetwork.Preprocessing with { Layout = TensorLayout.Nhwc });
        var extracted = await extractor.ExtractAsync([ImageSource.FromBytes(TinyNetwork.Image(10, 20, 30))], UndecodableImages.Throw);
        Assert.Equal([10f, 20f, 30f], extracted.Features[0].ToArray());
    }

    [Fact]
    public async Task A_network_that_takes_one_image_at_a_time_is_fed_one_at_a_time()
    {
        var model = TinyNetwork.Averages(graph =>
        {
            graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
            graph.Output[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
        });
        using var extractor = new FeatureExtractor(model, TinyNetwork.Preprocessing);
        var sources = Enumerable.Range(0, 9).Select(i => ImageSource.FromBytes(TinyNetwork.Numbered(i))).ToList();
        var extracted = await extractor.ExtractAsync(sources, UndecodableImages.Throw);
        Assert.Equal(8, TinyNetwork.NumberOf(extracted.Features[8]));
    }

    [Fact]
    public async Task The_row_length_is_measured_where_the_graph_leaves_it_open()
    {
        var graph = new GraphProto { Name = "open" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("input", DataType.Float, null, 3, null, null);
        builder.AddNamed("features", "Relu", ["input"]);
        builder.Output("features", DataType.Float, null, 3, null, null);
        using var extractor = new FeatureExtractor(TinyNetwork.Model(graph), TinyNetwork.Preprocessing);
        Assert.Equal(3 * 8 * 8, extractor.Dimension);
        var extracted = await extractor.ExtractAsync([ImageSource.FromBytes(TinyNetwork.Image(10, 20, 30))], UndecodableImages.Throw);
        Assert.Equal((10f, 30f), (extracted.Features[0][0], extracted.Features[0][191]));
    }

    [Fact]
    public void An_integer_input_is_refused_by_name()
    {
        var graph = new GraphProto { Name = "bytes" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("raw_pixels", DataType.Uint8, null, 3, 8, 8);
        string converted = builder.Add("Cast", ["raw_pixels"], GraphBuilder.Attribute("to", (long)DataType.Float));
        builder.AddNamed("features", "Flatten", [converted], GraphBuilder.Attribute("axis", 1));
        builder.Output("features", DataType.Float, null, 192);
        string message = Refused(TinyNetwork.Model(graph));
        Assert.Contains("'raw_pixels'", message, StringComparison.Ordinal);
        Assert.Contains("uint8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preprocessing_of_another_size_or_layout_is_refused_with_both_shapes()
    {
        string message = Assert.Throws<OnnxGraphException>(
            () => new FeatureExtractor(TinyNetwork.Averages(), new ImagePreprocessing { Width = 16, Height = 8 })).Message;
        Assert.Contains("[N,3,8,8]", message, StringComparison.Ordinal);
        Assert.Contains("[N,3,8,16]", message, StringComparison.Ordinal);
        Assert.Throws<OnnxGraphException>(
            () => new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing with { Layout = TensorLayout.Nhwc }));
    }

    [Fact]
    public void A_fixed_batch_of_several_images_is_refused_with_the_remedy() => Assert.Contains(
        "WithFreeBatch",
        Refused(
            TinyNetwork.Averages(
                graph => graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 8 })),
        StringComparison.Ordinal);

    [Fact]
    public void Several_inputs_or_outputs_are_refused_with_their_names()
    {
        var twoInputs = TinyNetwork.Averages(graph => graph.Input.Add(GraphBuilder.ValueInfo("mask", DataType.Float, [null])));
        Assert.Contains("'input', 'mask'", Refused(twoInputs), StringComparison.Ordinal);
        var twoOutputs = TinyNetwork.Averages(
            graph => graph.Output.Add(GraphBuilder.ValueInfo("GlobalAveragePool", DataType.Float, [null, 3, 1, 1])));
        Assert.Contains("'features', 'GlobalAveragePool'", Refused(twoOutputs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_whose_first_dimension_is_not_the_batch_is_refused()
    {
        var model = TinyNetwork.Averages(graph =>
        {
            var builder = new GraphBuilder(graph, "sum/");
            builder.AddNamed(
                "total", "ReduceMean", ["features"], GraphBuilder.Attribute("axes", [0L]), GraphBuilder.Attribute("keepdims", 1L));
            graph.Output.Clear();
            builder.Output("total", DataType.Float, 1, 3);
        });
        using var extractor = new FeatureExtractor(model, TinyNetwork.Preprocessing, new ExecutionOptions { Threads = 1, BatchSize = 2 });
        var sources = Enumerable.Range(0, 4).Select(i => ImageSource.FromBytes(TinyNetwork.Numbered(i))).ToList();
        var error = await Assert.ThrowsAsync<OnnxGraphException>(() => extractor.ExtractAsync(sources, UndecodableImages.Throw));
        Assert.Contains("'total'", error.Message, StringComparison.Ordinal);
    }

    private static string Refused(OnnxModel model) =>
        Assert.Throws<OnnxGraphException>(() => new FeatureExtractor(model, TinyNetwork.Preprocessing)).Message;
}
