using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Writes the operator Attention (operator set 23) as the products and the Softmax that it stands for, softmax(Q·Kᵀ·scale + mask)·V
/// (Vaswani et al., 2017), which have gradients. Heads may lie in an axis of their own or side by side in the last one; several heads of Q
/// may share one of K and V.
/// </summary>
internal static class AttentionExpansion
{
    private const int Query = 0, Key = 1, Value = 2, Mask = 3;

    /// <summary>
    /// The nodes, or null for forms that are not expanded: caches of earlier tokens, further outputs, a cap of the scores.
    /// </summary>
    /// <param name="graph">Where constants go; the nodes are returned.</param>
    /// <param name="node">The Attention.</param>
    /// <param name="shapes">The shapes of its inputs.</param>
    public static List<NodeProto>? TryExpand(GraphBuilder graph, NodeProto node, IDictionary<string, long[]> shapes)
    {
        bool hasMore = node.Output.Skip(1).Concat(node.Input.Skip(Mask + 1)).Any(name => name.Length > 0);
        if (hasMore || node.Float("softcap", 0) != 0)
            return null;
        var parts = new GraphBuilder(new GraphProto(), graph.Unique("attention") + "/");
        long[] queries = ShapeOf(Query), keys = ShapeOf(Key), values = ShapeOf(Value);
        long heads = queries.Length == 4 ? queries[1] : node.Int("q_num_heads", 1);
        long shared = queries.Length == 4 ? keys[1] : node.Int("kv_num_heads", heads);
        string q = Split(parts, node.Input[Query], queries, heads), k = Split(parts, node.Input[Key], keys, shared);
        string v = Split(parts, node.Input[Value], values, shared);
        if (shared != heads)
            (k, v) = (Repeat(parts, k, keys, heads, shared), Repeat(parts, v, values, heads, shared));

        long width = queries.Length == 4 ? queries[3] : queries[2] / heads;
        string scores = parts.Times(
            parts.MatMul(q, parts.TransposeMatrix(k, 4)), node.Float("scale", (float)(1 / Math.Sqrt(width))));
        if (node.InputOrEmpty(Mask) is { Length: > 0 } mask)
            scores = IsBool(graph.Graph, mask) ? parts.Choose(mask, scores, parts.Scalar(float.NegativeInfinity))
                : parts.Plus(scores, mask);
        if (node.Int("is_causal", 0) != 0)
            scores = parts.Plus(scores, Future(parts, queries[^2], keys[^2]));
        string mixed = parts.MatMul(parts.Add("Softmax", [scores], GraphBuilder.Attribute("axis", -1L)), v);
        if (queries.Length == 3)
            mixed = parts.Reshape(parts.Transpose(mixed, 0, 2, 1, 3), 0, queries[1], -1);
        parts.AddNamed(node.Output[0], "Identity", [mixed]);
        graph.Graph.Initializer.Add(parts.Graph.Initializer);
        return [.. parts.Graph.Node];

        long[] ShapeOf(int input) => OpsetUpgrade.ShapeOf(shapes, node, node.Input[input]);
    }

    /// <summary>Whether a mask says which tokens are seen, instead of being added to the scores.</summary>
    private static bool IsBool(GraphProto graph, string mask)
    {
        const int type = (int)TensorProto.Types.DataType.Bool;
        return graph.Initializer.FirstOrDefault(tensor => tensor.Name == mask) is { } stored
            ? stored.DataType == type
            : graph.Node.FirstOrDefault(node => node.Output.Contains(mask)) is { } maker && maker.OpType switch
            {
                "Cast" => maker.Int("to", 0) == type,
                "Expand" or "Identity" or "Reshape" or "Slice" or "Squeeze" or "Unsqueeze" => IsBool(graph, maker.Input[0]),
                _ => maker.OpType is "And" or "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "Not" or "Or" or "Xor",
            };
    }

    /// <summary>[N, T, heads·D] → [N, heads, T, D].</summary>
    private static string Split(GraphBuilder parts, string x, long[] shape, long heads) =>
        shape.Length == 4 ? x : parts.Transpose(parts.Reshape(x, 0, shape[1], heads, shape[2] / heads), 0, 2, 1, 3);

    /// <summary>Each head of K or V as often as heads of Q share it.</summary>
    private static string Repeat(GraphBuilder parts, string x, long[] shape, long heads, long shared)
    {
        long tokens = shape[^2], width = shape.Length == 4 ? shape[3] : shape[2] / shared;
        string grouped = parts.Reshape(x, 0, shared, 1, tokens * width);
        return parts.Reshape(parts.Expand(grouped, [1, 1, heads / shared, 1]), 0, heads, tokens, width);
    }

    /// <summary>−∞ where a token would see a later one.</summary>
    private static string Future(GraphBuilder parts, long queries, long keys)
    {
        float[] hidden = new float[queries * keys];
        for (long row = 0; row < queries; row++)
        {
            for (long column = row + 1; column < keys; column++)
                hidden[(row * keys) + column] = float.NegativeInfinity;
        }

        return parts.Initializer(parts.Unique("future"), hidden, [queries, keys]);
    }
}
