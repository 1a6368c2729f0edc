using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = Σ x²: dx = 2·dy·x.</summary>
internal sealed class ReduceSumSquareGradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        scope.Graph.Times(reduction.X, scope.Graph.Times(reduction.Dy, 2));
}
