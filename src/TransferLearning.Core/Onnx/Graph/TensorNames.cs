using Google.Protobuf.Collections;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Gives tensors other names wherever a graph mentions them.</summary>
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

    /// <summary>Renames everything that a node reads and makes, and all tensors of the graphs in its attributes.</summary>
    public static void Rename(NodeProto node, Func<string, string> renamed)
    {
        Rename(node.Input, renamed);
        Rename(node.Output, renamed);
        foreach (var nested in ModelValidator.NestedGraphs(node))
            Rename(nested, renamed);
    }

    /// <summary>Renames all tensors of a graph.</summary>
    public static void Rename(GraphProto graph, Func<string, string> renamed)
    {
        foreach (var node in graph.Node)
            Rename(node, renamed);
        foreach (var tensor in graph.Initializer)
            tensor.Name = renamed(tensor.Name);
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            value.Name = renamed(value.Name);
    }

    private static void Rename(RepeatedField<string> names, Func<string, string> renamed)
    {
        for (int i = 0; i < names.Count; i++)
            names[i] = renamed(names[i]);
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
