using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Onnx;

/// <summary>Small models, sound or broken on purpose.</summary>
internal static class TestGraph
{
    /// <summary><c>x [N, 2]</c> → Gemm with <c>w [2, 3]</c> and <c>b [3]</c> → <c>logits</c> → Relu → <c>y</c>.</summary>
    public static ModelProto Dense()
    {
        var model = Empty();
        var builder = new GraphBuilder(model.Graph, "");
        builder.Input("x", TensorProto.Types.DataType.Float, null, 2);
        builder.Initializer("w", (ReadOnlySpan<float>)[1, 2, 3, 4, 5, 6], [2, 3]);
        builder.Initializer("b", (ReadOnlySpan<float>)[0.5f, -0.5f, 0], [3]);
        builder.AddNamed("logits", "Gemm", ["x", "w", "b"]);
        builder.AddNamed("y", "Relu", ["logits"]);
        builder.Output("y", TensorProto.Types.DataType.Float, null, 3);
        return model;
    }

    /// <summary>A model without nodes.</summary>
    public static ModelProto Empty(int opset = 13)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = new GraphProto { Name = "test" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        return model;
    }

    /// <summary>The attribute <c>value</c> of Constant and ConstantOfShape.</summary>
    public static AttributeProto Value(TensorProto tensor) =>
        new() { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor };

    /// <summary>A model built by appending to an empty graph with an input <c>x</c>; the function returns the output's name.</summary>
    public static OnnxModel Build(long?[] input, Func<GraphBuilder, string> build, int opset = 13)
    {
        var model = Empty(opset);
        var builder = new GraphBuilder(model.Graph, "") { Opset = opset };
        builder.Input("x", TensorProto.Types.DataType.Float, input);
        string output = build(builder);
        model.Graph.Output.Add(new ValueInfoProto { Name = output });
        return OnnxModel.Parse(Google.Protobuf.MessageExtensions.ToByteArray(model));
    }
}
