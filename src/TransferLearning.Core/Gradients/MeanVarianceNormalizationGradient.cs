using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = (x − mean) / σ over the given axes (by default images and places): with r = 1/σ the derivative is that of
/// <see cref="NormalizedTensor"/>.
/// </summary>
internal sealed class MeanVarianceNormalizationGradient : OperatorGradient
{
    /// <summary>The specification adds this to σ; as a summand of the variance it keeps constant inputs finite as well.</summary>
    private const float Epsilon = 1e-18f;

    public override void Append(GradientScope scope)
    {
        int rank = scope.InputShape().Length;
        long[] axes = [.. (scope.Ints("axes") ?? [0, 2, 3]).Select(axis => (long)TensorShape.Axis(axis, rank))];
        var normalized = NormalizedTensor.Append(scope.Graph, scope.Input(), axes, Epsilon);
        scope.Contribute(0, normalized.Propagate(scope.Graph, scope.OutputGradient()));
    }
}
