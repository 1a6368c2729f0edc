namespace TransferLearning;

/// <summary>
/// y = mean over a window. Averaging is linear and separable (see <see cref="SeparableMap"/>), for every stride, dilation, padding and
/// ceil mode, with or without the padding in the count, since the count of a window is the product of its counts along the axes.
/// </summary>
internal sealed class AveragePoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var geometry = WindowGeometry.Of(scope, scope.Ints("kernel_shape"));
        bool countsPadding = scope.Int("count_include_pad", 0) != 0;
        scope.Contribute(0, SeparableMap.Transposed(
            scope.Graph,
            scope.OutputGradient(),
            scope.OutputShape(),
            scope.InputShape(),
            axis => axis < 2 ? null : WindowMatrix.Mean(geometry, axis - 2, countsPadding)));
    }
}
