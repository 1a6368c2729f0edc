using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// A network that tells of each image what quantization has to know: one row with the least and the greatest number of every tensor that
/// will be rounded, followed by the means of the channels that the convolutions read.
/// </summary>
internal static class ActivationObserver
{
    private const string Output = "observed";

    /// <summary>Since this operator set the axes of a minimum, maximum or mean are an input.</summary>
    private const int AxesAsInput = 18;

    /// <summary>Builds the network.</summary>
    /// <returns>The network with one output, and the tensors whose means it gives with the number of their channels.</returns>
    public static (OnnxModel Network, IReadOnlyList<(string Tensor, int Count)> Channels) Build(OnnxModel model, QuantizationPlan plan)
    {
        (string Tensor, int Count)[] channels =
        [
            .. plan.Convolutions.Select(position => model.Index.Graph.Node[position]).DistinctBy(node => node.Input[0])
                .Select(node => (node.Input[0], (int)(model.Index.Constants[node.Input[1]].Dimensions[1] * node.Int("group", 1)))),
        ];
        var copy = model.Copy();
        copy.Graph.Output.Clear();
        var graph = new GraphBuilder(copy.Graph, "observe/");
        var parts = new List<string>();
        foreach (string tensor in plan.Tensors)
        {
            string flat = graph.Add("Flatten", [tensor], GraphBuilder.Attribute("axis", 1));
            parts.Add(Reduce("ReduceMin", flat, 1, 1));
            parts.Add(Reduce("ReduceMax", flat, 1, 1));
        }

        parts.AddRange(channels.Select(entry => Reduce("ReduceMean", entry.Tensor, 0, 2, 3)));
        graph.AddNamed(Output, "Concat", [.. parts], GraphBuilder.Attribute("axis", 1));
        graph.Output(Output, TensorProto.Types.DataType.Float, null, (2 * plan.Tensors.Count) + channels.Sum(entry => entry.Count));
        GraphPruning.DropDead(copy.Graph);
        return (new OnnxModel(copy), channels);

        string Reduce(string operatorType, string tensor, long keepsRank, params ReadOnlySpan<long> axes)
        {
            var keeps = GraphBuilder.Attribute("keepdims", keepsRank);
            return model.OpsetVersion >= AxesAsInput
                ? graph.Add(operatorType, [tensor, graph.Int64s(axes)], keeps)
                : graph.Add(operatorType, [tensor], GraphBuilder.Attribute("axes", axes), keeps);
        }
    }
}
