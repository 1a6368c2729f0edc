using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = √(Σ x²): dx = dy·x / y, and 0 where y is 0.</summary>
internal sealed class ReduceL2Gradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        scope.Graph.Times(reduction.X, scope.Graph.OverNonZero(reduction.Dy, reduction.Y()));
}
