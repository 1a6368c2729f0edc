using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <content>Operators that need no more than their node and inputs.</content>
internal static partial class ReferenceInterpreter
{
    private static readonly Dictionary<string, Func<NodeProto, ReferenceTensor[], ReferenceTensor>> Operators = new()
    {
        ["Cast"] = (_, inputs) => inputs[0],
        ["CastLike"] = (_, inputs) => inputs[0],
        ["Celu"] = (node, inputs) => Map(inputs[0], v => v >= 0 ? v : node.Float("alpha", 1) * (Math.Exp(v / node.Float("alpha", 1)) - 1)),
        ["ConvTranspose"] = ReferenceWindows.ConvTranspose,
        ["CumSum"] = ReferenceMovement.CumSum,
        ["DepthToSpace"] = ReferenceMovement.DepthToSpace,
        ["Einsum"] = ReferenceMatrices.Einsum,
        ["Gather"] = ReferenceMovement.Gather,
        ["GatherElements"] = ReferenceMovement.GatherElements,
        ["GatherND"] = ReferenceMovement.GatherND,
        ["GlobalLpPool"] = (node, inputs) =>
            ReferenceShapes.Reduce(inputs[0], [.. Enumerable.Range(2, inputs[0].Shape.Length - 2)], true, v => Norm(v, node.Int("p", 2))),
        ["GridSample"] = ReferenceGrid.Sample,
        ["GroupNormalization"] = (node, inputs) => ReferenceNormalization.Group(node, inputs, node.Int("num_groups", 1)),
        ["InstanceNormalization"] = (node, inputs) => ReferenceNormalization.Group(node, inputs, inputs[0].Shape[1]),
        ["LpNormalization"] = ReferenceNormalization.Lp,
        ["LpPool"] = (node, inputs) => ReferenceWindows.Pool(node, inputs[0]),
        ["Mean"] = (_, inputs) => Map(inputs.Aggregate((a, b) => Map(a, b, (u, v) => u + v)), v => v / inputs.Length),
        ["MeanVarianceNormalization"] = ReferenceNormalization.MeanVariance,
        ["Mod"] = (_, inputs) => Map(inputs[0], inputs[1], (a, b) => a % b),
        ["Resize"] = ReferenceResize.Run,

        // Only for sequences of one element.
        ["ReverseSequence"] = (_, inputs) => inputs[0],
        ["RMSNormalization"] = ReferenceNormalization.RootMeanSquare,
        ["ScatterElements"] = ReferenceMovement.ScatterElements,
        ["ScatterND"] = ReferenceMovement.ScatterND,
        ["Selu"] = (_, inputs) => Map(inputs[0], v => 1.05070102214813232 * (v > 0 ? v : 1.67326319217681885 * (Math.Exp(v) - 1))),
        ["Shrink"] = (node, inputs) => Map(inputs[0], v =>
            Math.Abs(v) > node.Float("lambd", 0.5f) ? v - (Math.Sign(v) * node.Float("bias", 0)) : 0),
        ["SpaceToDepth"] = ReferenceMovement.SpaceToDepth,
        ["Swish"] = (node, inputs) => Map(inputs[0], v => v / (1 + Math.Exp(-node.Float("alpha", 1) * v))),
        ["ThresholdedRelu"] = (node, inputs) => Map(inputs[0], v => v > node.Float("alpha", 1) ? v : 0),
        ["Tile"] = ReferenceMovement.Tile,
        ["Trilu"] = ReferenceMovement.Trilu,
    };

    private static readonly Dictionary<string, Func<IEnumerable<double>, double>> Reductions = new()
    {
        ["ReduceL1"] = v => Norm(v, 1),
        ["ReduceL2"] = v => Norm(v, 2),
        ["ReduceLogSum"] = v => Math.Log(v.Sum()),
        ["ReduceLogSumExp"] = v => Math.Log(v.Sum(Math.Exp)),
        ["ReduceMax"] = v => v.Max(),
        ["ReduceMean"] = v => v.Average(),
        ["ReduceMin"] = v => v.Min(),
        ["ReduceProd"] = v => v.Aggregate(1.0, (product, value) => product * value),
        ["ReduceSum"] = v => v.Sum(),
        ["ReduceSumSquare"] = v => v.Sum(value => value * value),
    };

    public static double Norm(IEnumerable<double> values, long p) => Math.Pow(values.Sum(v => Math.Pow(Math.Abs(v), p)), 1.0 / p);
}
