using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Training.Gradients;

/// <summary>Reads the attributes of a node with the defaults of the ONNX specification.</summary>
internal static class NodeAttributes
{
    public static AttributeProto? Find(this NodeProto node, string name)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.Name == name)
                return attribute;
        }

        return null;
    }

    public static long Int(this NodeProto node, string name, long defaultValue) => node.Find(name)?.I ?? defaultValue;

    public static long[]? Ints(this NodeProto node, string name) => node.Find(name) is { } attribute ? [.. attribute.Ints] : null;

    public static float Float(this NodeProto node, string name, float defaultValue) => node.Find(name)?.F ?? defaultValue;

    public static string String(this NodeProto node, string name, string defaultValue) =>
        node.Find(name)?.S.ToStringUtf8() ?? defaultValue;

    /// <summary>How messages call a node: its name where it has one, else its first output.</summary>
    public static string Title(this NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";
}
