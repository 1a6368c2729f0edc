namespace TransferLearning;

/// <summary>
/// ReduceMax and ReduceMin: dx = dy at the place of the extremum, else 0. Places that tie share dy evenly, which keeps the sum right and
/// favours none.
/// </summary>
internal sealed class ReduceExtremumGradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction) =>
        reduction.Axes.Length == 0
            ? reduction.Dy
            : ExtremumGradient.Share(scope.Graph, reduction.X, reduction.Y(), reduction.Dy, reduction.Axes);
}
