using Google.Protobuf.Collections;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Gives a tensor another name wherever a graph mentions it.</summary>
internal static class TensorNames
{
    /// <summary>Replaces the name in a graph that is being built, nested graphs included.</summary>
    public static void Replace(GraphProto graph, string name, string replacement)
    {
        foreach (var node in graph.Node)
        {
            Replace(node.Input, name, replacement);
            Replace(node.Output, name, replacement);
            foreach (var nested in ModelValidator.NestedGraphs(node))
                Replace(nested, name, replacement);
        }

        foreach (var tensor in graph.Initializer.Where(tensor => tensor.Name == name))
            tensor.Name = replacement;
        foreach (var value in graph.ValueInfo.Concat(graph.Output).Where(value => value.Name == name))
            value.Name = replacement;
    }

    private static void Replace(RepeatedField<string> names, string name, string replacement)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                names[i] = replacement;
        }
    }
}
