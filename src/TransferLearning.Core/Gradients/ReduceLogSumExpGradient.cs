using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = ln Σ eˣ: dx = dy·e^(x − y).</summary>
internal sealed class ReduceLogSumExpGradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        scope.Graph.Times(reduction.Dy, scope.Graph.Add("Exp", [scope.Graph.Minus(reduction.X, reduction.Y())]));
}
