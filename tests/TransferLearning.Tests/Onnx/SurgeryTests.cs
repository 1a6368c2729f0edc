using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Onnx;

public sealed class SurgeryTests
{
    [Fact]
    public void A_cut_keeps_what_the_tensor_needs_and_nothing_else()
    {
        var model = TwoBranches();
        var cut = model.CutAt("left");
        Assert.Equal(["left"], cut.Outputs.Select(output => output.Name));
        Assert.Equal(["stem", "left"], cut.Proto.Graph.Node.Select(node => node.Name));
        Assert.Equal(["stem.w", "left.w"], cut.Proto.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal([null, 4, 8, 8], cut.Outputs[0].Dimensions);
        Assert.Equal(OnnxElementType.Float, cut.Outputs[0].ElementType);

        float[] image = OnnxRun.Noise(1, 3 * 8 * 8);
        float[] values = OnnxRun.Run(cut, image, 1, 3, 8, 8).Values;
        float[] right = OnnxRun.Run(model.CutAt("right"), image, 1, 3, 8, 8).Values;
        float[] sum = OnnxRun.Run(model.CutAt("sum"), image, 1, 3, 8, 8).Values;
        OnnxRun.AssertClose(sum, [.. values.Zip(right, (a, b) => a + b)], 1e-6);
    }

    [Fact]
    public void The_model_that_is_cut_stays_as_it_was()
    {
        var model = TwoBranches();
        byte[] before = model.ToBytes();
        _ = model.CutAt("left");
        _ = model.WithoutTop();
        _ = model.WithFreeBatch();
        _ = model.WithMetadata([new("a", "b")]);
        _ = model.WithInitializers(new Dictionary<string, ReadOnlyMemory<float>> { ["stem.w"] = new float[2 * 3] });
        _ = model.WithHead("sum", (graph, features) => graph.Add("Relu", [features]));
        Assert.Equal(before, model.ToBytes());
    }

    [Fact]
    public void Cutting_at_an_unknown_tensor_names_tensors_to_cut_at()
    {
        var error = Assert.Throws<OnnxGraphException>(() => TwoBranches().CutAt("middle"));
        Assert.Contains("'middle'", error.Message, StringComparison.Ordinal);
        Assert.Contains("stem, sum", error.Message, StringComparison.Ordinal);
        Assert.Throws<OnnxGraphException>(() => TwoBranches().CutAt("stem.w"));
        Assert.Throws<ArgumentException>(() => TwoBranches().CutAt(""));
    }

    [Fact]
    public void Old_files_that_repeat_weights_as_inputs_are_brought_into_the_current_form()
    {
        var proto = TwoBranches().Proto.Clone();
        proto.IrVersion = 3;
        foreach (var tensor in proto.Graph.Initializer)
        {
            long?[] dimensions = [.. tensor.Dims.Select(size => (long?)size)];
            proto.Graph.Input.Add(GraphBuilder.ValueInfo(tensor.Name, TensorProto.Types.DataType.Float, dimensions));
        }

        var cut = new OnnxModel(proto).CutAt("sum");
        Assert.Equal("x", Assert.Single(cut.Proto.Graph.Input).Name);
        Assert.Equal(8, cut.Proto.IrVersion);
    }

    [Fact]
    public void Weights_are_read_and_replaced()
    {
        var model = OnnxModel.Parse(Google.Protobuf.MessageExtensions.ToByteArray(TestGraph.Dense()));
        float[] numbers = [0, 1, 0, 1, 0, 0];
        var changed = model.WithInitializers(new Dictionary<string, ReadOnlyMemory<float>> { ["w"] = numbers });
        numbers[0] = 99;
        Assert.Equal([0, 1, 0, 1, 0, 0], changed.ReadInitializer("w"));
        Assert.Equal([1, 2, 3, 4, 5, 6], model.ReadInitializer("w"));
        Assert.Equal([5 + 0.5f, 7 - 0.5f, 0], OnnxRun.Run(changed, [7, 5], 1, 2).Values);
        Assert.Equal(["x"], changed.Proto.Graph.Input.Select(input => input.Name));
        Assert.Equal(["w", "b"], changed.Proto.Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Weights_that_nodes_make_are_read_counted_and_replaced_by_real_ones()
    {
        var model = TestGraph.Build([null, 2], graph =>
        {
            var fill = GraphBuilder.Tensor("", TensorProto.Types.DataType.Float, BitConverter.GetBytes(0.25f), [1]);
            graph.AddNamed("w", "ConstantOfShape", [graph.Int64s(2, 3)], TestGraph.Value(fill));
            var bias = GraphBuilder.Tensor("", TensorProto.Types.DataType.Float, new byte[12], [3]);
            graph.AddNamed("b", "Constant", [], TestGraph.Value(bias));
            return graph.AddNamed("y", "Gemm", ["x", "w", "b"]);
        });
        Assert.Equal(9, model.ParameterCount);
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f], model.ReadInitializer("w"));
        Assert.Equal([0, 0, 0], model.ReadInitializer("b"));

        float[] weight = [1, 2, 3, 4, 5, 6], ones = [1, 1, 1];
        var changed = model.WithInitializers(new Dictionary<string, ReadOnlyMemory<float>> { ["w"] = weight, ["b"] = ones });
        Assert.Equal(["y"], changed.Proto.Graph.Node.Select(node => node.Name));
        Assert.Equal(["w", "b"], changed.Proto.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal([10, 13, 16], OnnxRun.Run(changed, [1, 2], 1, 2).Values);
        Assert.Equal([1.5f * 0.5f, 0.75f, 0.75f], OnnxRun.Run(model, [1, 2], 1, 2).Values);
    }

    [Theory]
    [InlineData("nowhere", 6, "'nowhere'")]
    [InlineData("w", 5, "needs 6 numbers, not 5")]
    [InlineData("x", 2, "no weight 'x'")]
    public void Wrong_weights_are_named(string name, int count, string expected)
    {
        var model = OnnxModel.Parse(Google.Protobuf.MessageExtensions.ToByteArray(TestGraph.Dense()));
        var values = new Dictionary<string, ReadOnlyMemory<float>> { [name] = new float[count] };
        var error = Assert.Throws<OnnxGraphException>(() => model.WithInitializers(values));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_learned_numbers_count_as_parameters()
    {
        var model = TestGraph.Build([null, 2, 4, 4], graph =>
        {
            string weight = graph.Initializer("w", new float[4], [2, 2, 1, 1]);
            string shared = graph.Add("Conv", [graph.Add("Conv", ["x", weight]), weight]);
            string clipped = graph.Add("Clip", [shared, graph.Scalar(0), graph.Scalar(6)]);
            string swish = graph.Add("Mul", [graph.Add("Add", [clipped, graph.Scalar(3)]), graph.Initializer("one", [2f], [1])]);
            string padded = graph.Add("Pad", [swish, graph.Int64s(0, 0, 1, 1, 0, 0, 1, 1), graph.Scalar(1)]);
            string scaled = graph.Add("Resize", [padded, "", graph.Initializer("scales", (ReadOnlySpan<float>)[1, 1, 2, 2], [4])]);
            return graph.Add("Add", [scaled, graph.Initializer("bias", new float[2], [2, 1, 1])]);
        });
        Assert.Equal(4 + 2, model.ParameterCount);
        Assert.Equal(["w", "bias"], model.Index.Weights.Select(weight => weight.Name));
    }

    [Fact]
    public void A_head_of_its_own_names_replaces_the_outputs()
    {
        var model = TwoBranches().WithoutTop();
        var headed = model.WithHead("features", (graph, features) =>
            graph.Add("Gemm", [features, graph.Initializer(graph.Unique("w"), new float[4 * 5], [4, 5])]));
        Assert.Equal("head/Gemm: Float [N, 5]", Assert.Single(headed.Outputs).ToString());
        Assert.True(headed.Layers[^1].IsAppended);

        // A second head drops the first.
        var again = headed.WithHead("features", (graph, features) => graph.Add("Softmax", [features]));
        Assert.Equal(model.ParameterCount, again.ParameterCount);
        Assert.Equal([null, 4], again.Outputs[0].Dimensions);
    }

    [Fact]
    public void A_tensor_that_has_the_name_of_the_features_makes_way()
    {
        var model = TestGraph.Build([null, 3, 8, 8], graph =>
        {
            string maps = graph.AddNamed("features", "Conv", ["x", graph.Initializer("w", OnnxRun.Noise(1, 12), [4, 3, 1, 1])]);
            return graph.AddNamed("twice", "Add", [maps, maps]);
        });
        float[] image = OnnxRun.Noise(2, 3 * 8 * 8);
        float[] twice = OnnxRun.Run(model, image, 1, 3, 8, 8).Values;
        var cut = model.WithoutTop();
        Assert.Equal("features: Float [N, 4]", cut.Outputs[0].ToString());
        OnnxRun.AssertClose([.. twice.Chunk(64).Select(map => map.Average())], OnnxRun.Run(cut, image, 1, 3, 8, 8).Values, 1e-5);

        var same = model.CutAt("features").WithoutTop(FeaturePooling.Flatten);
        OnnxRun.AssertClose([.. twice.Select(value => value / 2)], OnnxRun.Run(same, image, 1, 3, 8, 8).Values, 1e-6);
    }

    /// <summary><c>x</c> → stem (1×1 Conv, 2 maps) → left and right (4 maps each) → sum.</summary>
    private static OnnxModel TwoBranches() => TestGraph.Build([null, 3, 8, 8], graph =>
    {
        string Convolution(string name, string input, int from, int to) => graph.AddNamed(
            name, "Conv", [input, graph.Initializer($"{name}.w", OnnxRun.Noise(name.Length, from * to), [to, from, 1, 1])]);

        string stem = Convolution("stem", "x", 3, 2);
        return graph.AddNamed("sum", "Add", [Convolution("left", stem, 2, 4), Convolution("right", stem, 2, 4)]);
    });
}
