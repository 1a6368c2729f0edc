using System.Collections.Frozen;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Through which inputs of an operator its output changes smoothly. Nearly every input does; the exceptions are listed: shapes, indices,
/// limits and conditions, and operators whose output is the same for small changes.
/// </summary>
internal static class DifferentiableInputs
{
    /// <summary>
    /// Operators whose output does not change with small changes of the input: shapes, comparisons, integer results. That no gradient
    /// passes through them is exact, not an approximation.
    /// </summary>
    private static readonly FrozenSet<string> Constant = FrozenSet.Create(
        StringComparer.Ordinal,
        "And", "ArgMax", "ArgMin", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Ceil", "Constant", "ConstantOfShape", "Equal",
        "EyeLike",
        "Floor", "Greater", "GreaterOrEqual", "Hardmax", "IsInf", "IsNaN", "Less", "LessOrEqual", "NonMaxSuppression", "NonZero", "Not",
        "OneHot",
        "Or", "RandomNormalLike", "RandomUniformLike", "Range", "Round", "Shape", "Sign", "Size", "Unique", "Xor");

    /// <summary>Operators of which only the first input holds numbers that pass on; the others say how.</summary>
    private static readonly FrozenSet<string> OnlyFirst = FrozenSet.Create(
        StringComparer.Ordinal,
        "CenterCropPad", "Clip", "CumSum", "DequantizeLinear", "Dropout", "Expand", "Gather", "GatherElements", "GatherND", "Pad",
        "QLinearConv", "QLinearMatMul", "QuantizeLinear", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax",
        "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
        "Reshape", "Resize", "RoiAlign", "Slice", "Split", "Squeeze", "Tile", "TopK", "Trilu", "Unsqueeze", "Upsample");

    /// <summary>Whether no gradient passes through the node, because its output is locally constant, as is a cast to integers.</summary>
    public static bool Stops(NodeProto node) => node.IsStandard
        && (Constant.Contains(node.OpType)
            || (node.OpType == "Cast" && !TensorContent.IsFloating((OnnxElementType)node.Int("to", (long)OnnxElementType.Float))));

    /// <summary>Whether the output changes smoothly with an input.</summary>
    public static bool Contains(NodeProto node, int position)
    {
        if (!node.IsStandard)
            return true;
        if (Stops(node))
            return false;
        return node.OpType switch
        {
            "ScatterElements" or "ScatterND" => position != 1,
            "Where" => position > 0,
            _ => position == 0 || !OnlyFirst.Contains(node.OpType),
        };
    }
}
