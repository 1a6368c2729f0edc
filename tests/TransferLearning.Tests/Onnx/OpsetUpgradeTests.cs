using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.Gradients;
using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Onnx;

/// <summary>A node of an old operator set and what it becomes compute the same.</summary>
public sealed class OpsetUpgradeTests
{
    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        foreach (string operatorType in new[] { "Clip", "ClipOpen", "Dropout", "Pad", "Squeeze", "Unsqueeze", "ReduceSum", "ReduceMean",
            "Split", "SplitEvenly", "Softmax", "LogSoftmaxLast", "SliceAll" })
            data.Add(9, operatorType);
        foreach (string operatorType in new[] { "Upsample", "UpsampleLinear", "UpsampleFraction" })
            data.Add(7, operatorType);
        data.Add(12, "Softmax");
        data.Add(13, "SplitEvenly");
        data.Add(13, "ReduceMean");
        data.Add(17, "ReduceMean");
        data.Add(20, "SplitUnevenly");
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_upgraded_node_computes_the_same(int opset, string operatorType)
    {
        (string op, int outputs, AttributeProto[] attributes) = operatorType switch
        {
            "Clip" => ("Clip", 1, [A("min", -0.5f), A("max", 0.25f)]),
            "ClipOpen" => ("Clip", 1, [A("max", 0.25f)]),
            "Dropout" => ("Dropout", 1, [A("ratio", 0.9f)]),
            "Pad" => ("Pad", 1, [A("pads", 0, 0, 1, 0, 0, 2, 0, 0), A("value", 3f)]),
            "Squeeze" => ("Squeeze", 1, [A("axes", [1])]),
            "Unsqueeze" => ("Unsqueeze", 1, [A("axes", 0, 5)]),
            "ReduceSum" or "ReduceMean" => (operatorType, 1, [A("axes", 2, 3), A("keepdims", 0)]),
            "Split" => ("Split", 2, [A("axis", 2), A("split", 1, 5)]),
            "SplitEvenly" => ("Split", 2, new[] { A("axis", 2) }),
            "SplitUnevenly" => ("Split", 3, [A("axis", 3), A("num_outputs", 3)]),
            "Softmax" => ("Softmax", 1, new[] { A("axis", 2) }),
            "LogSoftmaxLast" => ("LogSoftmax", 1, [A("axis", 3)]),
            "Upsample" => ("Upsample", 1, [A("mode", "nearest"), Scales(1, 1, 2, 3)]),
            "UpsampleLinear" => ("Upsample", 1, [A("mode", "linear"), Scales(1, 1, 2, 2)]),
            "UpsampleFraction" => ("Upsample", 1, [A("mode", "nearest"), Scales(1, 1, 1.5f, 1.2f)]),
            "SliceAll" => ("Slice", 1, [A("starts", 1, -3), A("ends", 6, 9999), A("axes", 2, 3)]),
            _ => throw new NotSupportedException(operatorType),
        };
        var x = ReferenceTensor.Random(new Random(1), [2, 1, 6, 5]);
        var old = Graph(x, op, outputs, attributes);
        var expected = Run(old, x, opset);

        var fresh = new GraphBuilder(new GraphProto { Name = "new" }, "");
        fresh.Input("x", TensorProto.Types.DataType.Float, [.. x.Shape.Select(size => (long?)size)]);
        var shapes = new Dictionary<string, long[]> { ["x"] = x.Shape, [old.Output[0].Name] = [2, 1, 9, 9] };
        fresh.Graph.Node.Add(OpsetUpgrade.Apply(fresh, [.. old.Node], opset, shapes));
        fresh.Graph.Output.Add(old.Output);
        float[][] actual = Run(fresh.Graph, x, OpsetUpgrade.Target);
        Assert.Equal(expected.Select(output => output.Length), actual.Select(output => output.Length));
        Assert.All(expected.SelectMany(v => v).Zip(actual.SelectMany(v => v)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(fresh.Graph.Node.SelectMany(node => node.Output).Except(old.Node[0].Output), added => Assert.Contains(added, shapes));
    }

    private static AttributeProto Scales(params float[] scales) =>
        new() { Name = "scales", Type = AttributeProto.Types.AttributeType.Floats, Floats = { scales } };

    [Fact]
    public void Nodes_of_the_model_stay_as_they_are()
    {
        var old = Graph(ReferenceTensor.Fill([1], 0), "Clip", 1, [A("min", 0f)]);
        var copy = old.Clone();
        OpsetUpgrade.Apply(new GraphBuilder(new GraphProto(), ""), [.. old.Node], 9, new Dictionary<string, long[]>());
        Assert.Equal(copy, old);
    }

    [Fact]
    public void A_model_that_is_too_old_is_refused_with_a_remedy()
    {
        var error = Assert.Throws<OnnxGraphException>(() =>
            OpsetUpgrade.Apply(new GraphBuilder(new GraphProto(), ""), [], 6, new Dictionary<string, long[]>()));
        Assert.Contains("operator set 6", error.Message, StringComparison.Ordinal);
    }

    private static GraphProto Graph(ReferenceTensor x, string operatorType, int outputs, AttributeProto[] attributes)
    {
        var builder = new GraphBuilder(new GraphProto { Name = "old" }, "");
        builder.Input("x", TensorProto.Types.DataType.Float, [.. x.Shape.Select(size => (long?)size)]);
        foreach (string output in builder.AddMany(operatorType, ["x"], outputs, attributes))
            builder.Graph.Output.Add(new ValueInfoProto { Name = output });
        return builder.Graph;
    }

    private static float[][] Run(GraphProto graph, ReferenceTensor x, int opset) => OnnxRuntimeRunner.Run(
        graph, new Dictionary<string, ReferenceTensor> { ["x"] = x }, [.. graph.Output.Select(output => output.Name)], out _, opset);
}
