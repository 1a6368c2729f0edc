using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Families of operators that play one part in a network's structure.</summary>
internal static class OperatorKinds
{
    /// <summary>Changes the shape but no number.</summary>
    public static bool IsReshape(NodeProto node) => node.IsStandard && node.OpType is "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze";

    /// <summary>Gives the same numbers, in another shape or order.</summary>
    public static bool IsView(NodeProto node) => IsReshape(node) || IsIdle(node) || node.Is("Transpose");

    /// <summary>Does nothing when a trained network runs.</summary>
    public static bool IsIdle(NodeProto node) => node.IsStandard && node.OpType is "Dropout" or "Identity" or "Cast";

    /// <summary>Turns scores into probabilities.</summary>
    public static bool IsScore(NodeProto node) => node.IsStandard && node.OpType is "Softmax" or "LogSoftmax" or "Sigmoid";

    /// <summary>A function of each number alone.</summary>
    public static bool IsActivation(NodeProto node) => node.IsStandard && node.OpType is "Relu" or "Clip" or "LeakyRelu" or "PRelu" or "Elu"
        or "Selu" or "Celu" or "Sigmoid" or "HardSigmoid" or "HardSwish" or "Tanh" or "Softplus" or "Softsign" or "Gelu" or "Mish" 
        or "Swish" or "ThresholdedRelu" or "Erf";

    /// <summary>Pools over a window.</summary>
    public static bool IsWindowPool(NodeProto node) => node.IsStandard && node.OpType is "AveragePool" or "MaxPool" or "LpPool";

    /// <summary>Pools over all positions, by an operator made for it.</summary>
    public static bool IsGlobalPool(NodeProto node) =>
        node.IsStandard && node.OpType is "GlobalAveragePool" or "GlobalMaxPool" or "GlobalLpPool";

    /// <summary>A mean or maximum over axes, as some exporters write global pooling.</summary>
    public static bool IsReduction(NodeProto node) => node.IsStandard && node.OpType is "ReduceMean" or "ReduceMax";

    /// <summary>
    /// The axes of a reduction, from its attribute or, since later operator sets, its second input; null where they are not constant.
    /// </summary>
    public static long[]? ReductionAxes(GraphIndex index, NodeProto node, int rank)
    {
        var axes = node.Ints("axes") ?? (node.InputOrEmpty(1) is { Length: > 0 } input ? index.ConstantInt64s(input) : null);
        return axes?.Select(axis => axis < 0 ? axis + rank : axis).Order().ToArray();
    }
}
