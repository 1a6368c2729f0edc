using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = Σ |x|: dx = dy·sign x.</summary>
internal sealed class ReduceL1Gradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        scope.Graph.Times(reduction.Dy, scope.Graph.Add("Sign", [reduction.X]));
}
