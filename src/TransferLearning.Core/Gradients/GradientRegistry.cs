using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>Which gradient belongs to which operator. A new operator is one class and one line here.</summary>
internal static class GradientRegistry
{
    private static readonly FrozenDictionary<string, OperatorGradient> Gradients = new Dictionary<string, OperatorGradient>
    {
        ["Abs"] = new AbsGradient(),
        ["Add"] = new AddGradient(),
        ["AveragePool"] = new AveragePoolGradient(),
        ["BatchNormalization"] = new BatchNormalizationGradient(),
        ["Clip"] = new ClipGradient(),
        ["Concat"] = new ConcatGradient(),
        ["Conv"] = new ConvGradient(),
        ["Div"] = new DivGradient(),
        ["Dropout"] = new ReshapeGradient(),
        ["Elu"] = new EluGradient(),
        ["Erf"] = new ErfGradient(),
        ["Exp"] = new ExpGradient(),
        ["Expand"] = new ExpandGradient(),
        ["Flatten"] = new ReshapeGradient(),
        ["Gelu"] = new GeluGradient(),
        ["Gemm"] = new GemmGradient(),
        ["GlobalAveragePool"] = new GlobalAveragePoolGradient(),
        ["GlobalMaxPool"] = new GlobalMaxPoolGradient(),
        ["HardSigmoid"] = new HardSigmoidGradient(),
        ["HardSwish"] = new HardSwishGradient(),
        ["Identity"] = new ReshapeGradient(),
        ["LeakyRelu"] = new LeakyReluGradient(),
        ["Log"] = new LogGradient(),
        ["LogSoftmax"] = new LogSoftmaxGradient(),
        ["MatMul"] = new MatMulGradient(),
        ["MaxPool"] = new MaxPoolGradient(),
        ["Mul"] = new MulGradient(),
        ["Neg"] = new NegGradient(),
        ["Pad"] = new PadGradient(),
        ["Pow"] = new PowGradient(),
        ["Reciprocal"] = new ReciprocalGradient(),
        ["ReduceMean"] = new ReduceGradient(isMean: true),
        ["ReduceSum"] = new ReduceGradient(isMean: false),
        ["Relu"] = new ReluGradient(),
        ["Reshape"] = new ReshapeGradient(),
        ["Sigmoid"] = new SigmoidGradient(),
        ["Slice"] = new SliceGradient(),
        ["Softmax"] = new SoftmaxGradient(),
        ["Softplus"] = new SoftplusGradient(),
        ["Split"] = new SplitGradient(),
        ["Sqrt"] = new SqrtGradient(),
        ["Squeeze"] = new ReshapeGradient(),
        ["Sub"] = new SubGradient(),
        ["Sum"] = new AddGradient(),
        ["Tanh"] = new TanhGradient(),
        ["Transpose"] = new TransposeGradient(),
        ["Unsqueeze"] = new ReshapeGradient(),
        ["Where"] = new WhereGradient(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Operators whose output does not change with small changes of the input: shapes, constants, comparisons, integer results. No gradient
    /// passes through them, which is exact, not an approximation.
    /// </summary>
    private static readonly FrozenSet<string> Stops = FrozenSet.Create(
        StringComparer.Ordinal,
        "And", "ArgMax", "ArgMin", "Ceil", "Constant", "ConstantOfShape", "Equal", "Floor", "Greater", "GreaterOrEqual", "IsInf", "IsNaN",
        "Less", "LessOrEqual", "NonZero", "Not", "OneHot", "Or", "Range", "Round", "Shape", "Sign", "Size", "Xor");

    /// <summary>Operators that are left to the frozen part on purpose, with the reason.</summary>
    private static readonly FrozenDictionary<string, string> FrozenOnly = new Dictionary<string, string>
    {
        ["LRN"] = "local response normalization stands in the first layers of networks of 2012–2014 and is supported in the frozen part only",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether nodes of the operator can stand between the loss and a trained weight.</summary>
    public static bool Has(string operatorType) => Gradients.ContainsKey(operatorType) || Stops.Contains(operatorType);

    public static bool TryFind(string operatorType, [NotNullWhen(true)] out OperatorGradient? gradient) =>
        Gradients.TryGetValue(operatorType, out gradient);

    /// <summary>Why there is no gradient for an operator, for an error message.</summary>
    public static string WhyMissing(string operatorType) =>
        FrozenOnly.GetValueOrDefault(operatorType, "the operator has no gradient here");

    /// <summary>Whether the output of a node is locally constant, so that no gradient passes.</summary>
    public static bool StopsGradient(NodeProto node) => Stops.Contains(node.OpType);
}
