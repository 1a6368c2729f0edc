using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = ln Σ x: dx = dy·e^(−y), the same for every element.</summary>
internal sealed class ReduceLogSumGradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        scope.Graph.Expand(
            scope.Graph.Times(reduction.Dy, scope.Graph.Add("Exp", [scope.Graph.Neg(reduction.Y())])), scope.InputShape());
}
