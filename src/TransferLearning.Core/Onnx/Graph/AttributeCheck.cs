using System.Collections.Frozen;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Finds counts and sizes in attributes by which ONNX Runtime must not divide: those below 1, and those whose square or cube overflows. It
/// divides before it checks them, and a division of integers by zero ends the process.
/// </summary>
internal static class AttributeCheck
{
    /// <summary>Far above any real count of groups or size of a kernel; three of them multiply within 64 bits.</summary>
    private const long Largest = 1 << 20;

    private static readonly FrozenSet<string> Positive = FrozenSet.Create(
        StringComparer.Ordinal, "group", "num_groups", "offset_group", "blocksize", "strides", "dilations", "kernel_shape", "num_outputs",
        "q_num_heads", "kv_num_heads");

    /// <summary>Checks the node of a standard operator; those of other domains may mean something else by the same names.</summary>
    /// <exception cref="OnnxGraphException">Names the node, the attribute and its value.</exception>
    public static void Check(NodeProto node)
    {
        if (!node.IsStandard)
            return;
        foreach (var attribute in node.Attribute)
        {
            if (!Positive.Contains(attribute.Name))
                continue;

            // A number that is declared and left out is read as 0.
            bool isNumber = attribute.HasI || attribute.Type == AttributeProto.Types.AttributeType.Int;
            if (isNumber && attribute.I is < 1 or > Largest)
                throw Refusal(node, attribute, attribute.I);
            foreach (long value in attribute.Ints)
            {
                if (value is < 1 or > Largest)
                    throw Refusal(node, attribute, value);
            }
        }
    }

    private static OnnxGraphException Refusal(NodeProto node, AttributeProto attribute, long value) =>
        new($"the attribute '{attribute.Name}' of {node.Describe()} is {value}, but must be between 1 and {Largest}.");
}
