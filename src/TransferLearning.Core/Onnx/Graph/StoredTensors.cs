using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Every tensor that a graph stores, in nested graphs too, with the words by which messages name it.</summary>
internal static class StoredTensors
{
    public static IEnumerable<(TensorProto Tensor, string Owner)> Of(GraphProto? graph)
    {
        if (graph is null)
            yield break;

        foreach (var tensor in graph.Initializer)
            yield return (tensor, $"the initializer '{tensor.Name}'");

        foreach (var node in graph.Node)
        {
            foreach (var attribute in node.Attribute)
            {
                if (attribute.T is { } single)
                    yield return (single, $"the attribute '{attribute.Name}' of {node.Describe()}");
                foreach (var tensor in attribute.Tensors)
                    yield return (tensor, $"the attribute '{attribute.Name}' of {node.Describe()}");
                foreach (var nested in attribute.Graphs.Prepend(attribute.G))
                {
                    foreach (var entry in Of(nested))
                        yield return entry;
                }
            }
        }
    }
}
