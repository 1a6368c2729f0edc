using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Removes what does not contribute to a graph's outputs.</summary>
internal static class GraphPruning
{
    /// <summary>
    /// Drops nodes, initializers and inputs that no output needs, and the type hints of tensors that are gone. Initializers are taken off
    /// the list of inputs, where old files repeat them: there they could be overridden, which keeps the runtime from folding them.
    /// </summary>
    public static void DropDead(GraphProto graph)
    {
        var needed = new HashSet<string>(graph.Output.Select(output => output.Name), StringComparer.Ordinal);
        var kept = new List<NodeProto>(graph.Node.Count);
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            var node = graph.Node[i];
            if (!node.Output.Any(needed.Contains))
                continue;
            kept.Add(node);
            needed.UnionWith(NodeOrder.InputsOf(node));
        }

        if (kept.Count < graph.Node.Count)
        {
            kept.Reverse();
            graph.Node.Clear();
            graph.Node.AddRange(kept);
        }

        var initializers = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        Keep(graph.Initializer, tensor => needed.Contains(tensor.Name));
        Keep(graph.SparseInitializer, tensor => needed.Contains(tensor.Values.Name));
        Keep(graph.Input, input => needed.Contains(input.Name) && !initializers.Contains(input.Name));

        var made = graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        Keep(graph.ValueInfo, value => made.Contains(value.Name));
    }

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> list, Func<T, bool> predicate)
    {
        var kept = list.Where(predicate).ToArray();
        if (kept.Length == list.Count)
            return;
        list.Clear();
        list.AddRange(kept);
    }
}
