using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Rewrites a network of half or double precision to 32-bit floats, from its inputs to its outputs: images are prepared and weights trained
/// in 32 bits. Half precision loses nothing by that.
/// </summary>
internal static class SinglePrecision
{
    private const int Float = (int)OnnxElementType.Float;

    /// <summary>The rewritten model; one that has only 32-bit floats is returned as it is.</summary>
    public static OnnxModel Apply(OnnxModel model)
    {
        var graph = model.Proto.Graph;
        bool isSingle = !StoredTensors.Of(graph).Any(entry => IsOther(entry.Tensor.DataType))
            && !graph.Input.Concat(graph.Output).Any(value => IsOther(value.Type?.TensorType?.ElemType ?? 0));
        if (isSingle)
            return model;
        var copy = model.Copy();
        Rewrite(copy.Graph);
        return new OnnxModel(copy);
    }

    private static void Rewrite(GraphProto graph)
    {
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            if (value.Type?.TensorType is { } tensor && IsOther(tensor.ElemType))
                tensor.ElemType = Float;
        }

        foreach (var (tensor, owner) in StoredTensors.Of(graph))
            Rewrite(tensor, owner);
        foreach (var node in graph.Node)
        {
            if (node.Find(node.Is("Cast") ? "to" : "dtype") is { } type && IsOther((int)type.I))
                type.I = Float;
            foreach (var nested in ModelValidator.NestedGraphs(node))
                Rewrite(nested);
        }
    }

    private static void Rewrite(TensorProto tensor, string owner)
    {
        if (!IsOther(tensor.DataType))
            return;
        float[] numbers = Array.ConvertAll(TensorContent.ReadReals(tensor, owner), number => (float)number);
        tensor.DataType = Float;
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(numbers.AsSpan()));
    }

    private static bool IsOther(int type) =>
        (OnnxElementType)type is OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Double;
}
