using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>Finds the single tensors through which everything passes that comes after a node, as remedies for an error message.</summary>
internal static class FreezeSuggestions
{
    private const int Most = 3;

    /// <summary>
    /// The nearest tensors after <paramref name="node"/>, and after every other node without a gradient, that all later nodes depend on
    /// alone: in topological order, the places where exactly one tensor that depends on the images is still to be read.
    /// </summary>
    public static IReadOnlyList<string> After(
        IReadOnlyList<NodeProto> forward, NodeProto node, IReadOnlySet<string> parameters, IEnumerable<string> constants)
    {
        var fixedTensors = new HashSet<string>(parameters, StringComparer.Ordinal);
        fixedTensors.UnionWith(constants);
        var lastReader = new Dictionary<string, int>(StringComparer.Ordinal);
        int first = 0;
        for (int i = 0; i < forward.Count; i++)
        {
            if (forward[i].Input.All(input => input.Length == 0 || fixedTensors.Contains(input)))
                fixedTensors.UnionWith(forward[i].Output);
            foreach (string input in forward[i].Input)
                lastReader[input] = i;
            if (ReferenceEquals(forward[i], node) || !GradientRegistry.Has(forward[i]))
                first = i;
        }

        var cuts = new List<string>();
        var live = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < forward.Count - 1 && cuts.Count < Most; i++)
        {
            foreach (string input in forward[i].Input)
            {
                if (!fixedTensors.Contains(input) && lastReader[input] > i)
                    live.Add(input);
            }

            live.UnionWith(forward[i].Output.Where(output => !fixedTensors.Contains(output) && lastReader.ContainsKey(output)));
            live.RemoveWhere(tensor => lastReader[tensor] <= i);
            if (i >= first && live.Count == 1 && !cuts.Contains(live.First()))
                cuts.Add(live.First());
        }

        return cuts;
    }
}
