using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// The node that makes one vector for each image of a tensor with many positions: of maps [N, C, H, W] or [N, H, W, C], or of tokens
/// [N, T, D] or [N, D, T]. It takes a mean, a maximum or one token.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Tensor">What it reads.</param>
/// <param name="Rank">The number of dimensions of what it reads.</param>
/// <param name="PositionAxes">The axes of the positions; the images are axis 0, the channels are the remaining axis.</param>
/// <param name="KeepsRank">Whether the axes of the positions stay, with size 1.</param>
internal sealed record PositionPooling(NodeProto Node, string Tensor, int Rank, long[] PositionAxes, bool KeepsRank)
{
    /// <summary>The axis of the channels.</summary>
    public int ChannelAxis => Enumerable.Range(1, Rank - 1).First(axis => !PositionAxes.Contains(axis));

    /// <summary>Whether it reads tokens.</summary>
    public bool ReadsTokens => Rank == 3;

    /// <summary>The last such node that all of a vector passes through, or null.</summary>
    /// <param name="model">The network.</param>
    /// <param name="vector">A tensor that belongs to whole images.</param>
    public static PositionPooling? Before(OnnxModel model, string vector)
    {
        var cut = model.CutAt(vector);
        foreach (var (tensor, node) in CutPoints.Find(cut.Index).Reverse())
        {
            if (node < 0)
                break;
            if (Of(model, cut.Index, cut.Proto.Graph.Node[node]) is { } pooling)
                return pooling;
            if (model.TensorInfo(tensor) is not { Dimensions: { Count: > 2 } shape } || shape.Skip(1).Count(size => size != 1) < 2)
                continue;

            // Further back there are positions again, so the vector is no pooling of these.
            if (!OperatorKinds.IsView(cut.Proto.Graph.Node[node]))
                break;
        }

        return null;
    }

    /// <summary>Appends another pooling of the same positions, of the same shape.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="pooling">How; <see cref="FeaturePooling.FirstToken"/> only of tokens.</param>
    public string Append(GraphBuilder graph, FeaturePooling pooling) => pooling switch
    {
        FeaturePooling.Max => graph.Max(Tensor, PositionAxes, KeepsRank),
        FeaturePooling.FirstToken when ReadsTokens => graph.Add(
            "Gather",
            [Tensor, KeepsRank ? graph.Int64s(0) : graph.Int64(0)],
            GraphBuilder.Attribute("axis", PositionAxes[0])),
        _ => graph.Mean(Tensor, PositionAxes, KeepsRank),
    };

    private static PositionPooling? Of(OnnxModel model, GraphIndex index, NodeProto node)
    {
        if (!node.IsStandard || index.DynamicInputs(node).ToArray() is not [var x] || x != node.Input[0]
            || model.TensorInfo(x)?.Dimensions is not { Count: 3 or 4 } shape
            || model.TensorInfo(node.Output[0])?.Dimensions is not { Count: > 0 } pooled)
        {
            return null;
        }

        int rank = shape.Count;
        long[]? axes = node.OpType switch
        {
            "ReduceMean" or "ReduceMax" or "ReduceSum" => OperatorKinds.ReductionAxes(index, node, rank),
            "GlobalAveragePool" or "GlobalMaxPool" or "AveragePool" or "MaxPool" =>
                [.. Enumerable.Range(2, rank - 2).Select(axis => (long)axis)],
            "Gather" or "Slice" when rank == 3 => [1],
            _ => null,
        };
        if (axes is null || axes.Length != rank - 2 || axes.Contains(0))
            return null;
        bool keeps = pooled.Count == rank;
        bool isOne = keeps
            ? axes.All(axis => pooled[(int)axis] == 1)
            : pooled.Count == 2 && (node.OpType != "Gather" || node.Int("axis", 0) == 1);
        bool hasMany = axes.Any(axis => shape[(int)axis] != 1);
        return isOne && hasMany ? new PositionPooling(node, x, rank, axes, keeps) : null;
    }
}
