namespace TransferLearning.Onnx;

/// <summary>
/// The tensors at which a network can be cut in two with a single tensor between the parts: every path from the input to the output passes
/// through each of them (they dominate the output).
/// </summary>
internal static class CutPoints
{
    /// <summary>The cut points from the input to the output, both included where they are single.</summary>
    public static IReadOnlyList<string> Of(OnnxModel model) => [.. Find(model.Index).Select(point => point.Tensor)];

    /// <summary>
    /// The cut points with the index of the node that makes them (−1 for the input). While the nodes run in order, the tensors that are
    /// made and still to be read are counted; where only one is left, everything later depends on it alone. A tensor that dominates
    /// has all its ancestors before it and all its descendants after it in every running order, so no order hides one.
    /// </summary>
    public static IReadOnlyList<(string Tensor, int NodeIndex)> Find(GraphIndex index)
    {
        var graph = index.Graph;
        var outputs = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var lastReader = LastReaders(index, outputs);
        var live = index.Inputs.Select(input => input.Name).Where(lastReader.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var points = new List<(string, int)>();
        if (live.Count == 1)
            points.Add((live.Single(), -1));

        foreach (int i in index.DynamicNodes)
        {
            var node = graph.Node[i];
            bool made = false;
            foreach (string output in node.Output)
            {
                if (lastReader.ContainsKey(output))
                    made |= live.Add(output);
            }

            live.RemoveWhere(tensor => lastReader[tensor] == i);
            if (made && live.Count == 1 && node.Output.Contains(live.Single()))
                points.Add((live.Single(), i));
        }

        return points;
    }

    /// <summary>For each tensor that contributes to an output: the last node that reads it, or no end for an output.</summary>
    private static Dictionary<string, int> LastReaders(GraphIndex index, HashSet<string> outputs)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string output in outputs)
            last[output] = int.MaxValue;
        for (int k = index.DynamicNodes.Count - 1; k >= 0; k--)
        {
            int i = index.DynamicNodes[k];
            var node = index.Graph.Node[i];
            if (!node.Output.Any(last.ContainsKey))
                continue;
            foreach (string input in index.DynamicInputs(node))
                last.TryAdd(input, i);
        }

        return last;
    }
}
