namespace TransferLearning.Onnx;

/// <summary>
/// Gives every BatchNormalization running statistics of its own. Exporters store equal tensors once: in a network that was never trained,
/// all statistics are the same zeros and ones, and those of the biases and scales, which must not move with them.
/// </summary>
internal static class OwnStatistics
{
    /// <summary>A model without shared statistics; the same model where there are none.</summary>
    public static OnnxModel Apply(OnnxModel model)
    {
        var readers = model.Proto.Graph.Node.SelectMany(NodeOrder.InputsOf).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        var stored = model.Proto.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        bool IsShared(string name) => stored.ContainsKey(name) && readers[name] > 1;
        if (!model.Proto.Graph.Node.Any(node => node.Is("BatchNormalization") && node.Input.Skip(3).Any(IsShared)))
            return model;

        var copy = model.Copy();
        var graph = new GraphBuilder(copy.Graph, "");
        foreach (var node in copy.Graph.Node.Where(node => node.Is("BatchNormalization")))
        {
            for (int i = 3; i < node.Input.Count; i++)
            {
                if (!IsShared(node.Input[i]))
                    continue;
                readers[node.Input[i]]--;
                var own = stored[node.Input[i]].Clone();
                own.Name = node.Input[i] = graph.Unique(node.Input[i]);
                copy.Graph.Initializer.Add(own);
            }
        }

        return new OnnxModel(copy);
    }
}
