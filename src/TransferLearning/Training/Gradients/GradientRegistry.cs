using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Training.Gradients;

/// <summary>Which gradient belongs to which operator. A new operator is one class and one line here.</summary>
internal static class GradientRegistry
{
    private static readonly FrozenDictionary<string, OperatorGradient> Gradients = new Dictionary<string, OperatorGradient>
    {
        ["Add"] = new AddGradient(),
        ["Clip"] = new ClipGradient(),
        ["Conv"] = new ConvGradient(),
        ["Dropout"] = new ReshapeGradient(),
        ["Flatten"] = new ReshapeGradient(),
        ["Gemm"] = new GemmGradient(),
        ["GlobalAveragePool"] = new GlobalAveragePoolGradient(),
        ["Identity"] = new ReshapeGradient(),
        ["MatMul"] = new MatMulGradient(),
        ["Relu"] = new ReluGradient(),
        ["Reshape"] = new ReshapeGradient(),
        ["Squeeze"] = new ReshapeGradient(),
        ["Unsqueeze"] = new ReshapeGradient(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Operators whose output does not change with small changes of the input: shapes, constants, comparisons, integer results. No gradient
    /// passes through them, which is exact, not an approximation.
    /// </summary>
    private static readonly FrozenSet<string> Stops = FrozenSet.Create(
        StringComparer.Ordinal,
        "And", "ArgMax", "ArgMin", "Ceil", "Constant", "ConstantOfShape", "Equal", "Floor", "Greater", "GreaterOrEqual", "IsInf", "IsNaN",
        "Less", "LessOrEqual", "NonZero", "Not", "OneHot", "Or", "Range", "Round", "Shape", "Sign", "Size", "Xor");

    /// <summary>Whether nodes of the operator can stand between the loss and a trained weight.</summary>
    public static bool Has(string operatorType) => Gradients.ContainsKey(operatorType) || Stops.Contains(operatorType);

    public static bool TryFind(string operatorType, [NotNullWhen(true)] out OperatorGradient? gradient) =>
        Gradients.TryGetValue(operatorType, out gradient);

    /// <summary>Whether the output of a node is locally constant, so that no gradient passes.</summary>
    public static bool StopsGradient(NodeProto node) => Stops.Contains(node.OpType);
}
