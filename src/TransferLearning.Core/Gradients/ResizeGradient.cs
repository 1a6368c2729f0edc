using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Resize by nearest, linear or cubic interpolation: every output is a weighted sum of inputs, separable by axes, with the weights of
/// <see cref="Interpolation"/>; dx is dy with the same weights, see <see cref="SeparableMap"/>.
/// </summary>
internal sealed class ResizeGradient : OperatorGradient
{
    private const int Scales = 2, Sizes = 3;

    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var interpolation = Interpolation.Of(scope);
        long[] shape = scope.InputShape(), resized = scope.OutputShape();
        float[] scales = ScalesOf(scope, shape, resized);
        scope.Contribute(0, SeparableMap.Transposed(
            scope.Graph,
            scope.OutputGradient(),
            resized,
            shape,
            axis => scales[axis] == 1 && resized[axis] == shape[axis]
                ? null
                : interpolation.Matrix(resized[axis], shape[axis], scales[axis])));
    }

    private static float[] ScalesOf(GradientScope scope, long[] shape, long[] resized)
    {
        float[] scales = [.. shape.Select((size, axis) => (float)resized[axis] / size)];
        int[] axes = [.. (scope.Ints("axes") ?? [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis)])
            .Select(axis => TensorShape.Axis(axis, shape.Length))];
        bool hasScales = scope.HasInput(Scales) && TensorShape.Count(scope.InputShape(Scales)) > 0;
        if (hasScales)
        {
            float[] given = scope.ConstantFloats(Scales);
            for (int i = 0; i < axes.Length; i++)
                scales[axes[i]] = given[i];
        }
        else if (scope.String("keep_aspect_ratio_policy", "stretch") is not "stretch" and var policy)
        {
            // One scale for all axes, from the sizes that were asked for; the result is rounded.
            long[] sizes = scope.Constant(Sizes);
            var ratios = axes.Select((axis, i) => (float)sizes[i] / shape[axis]);
            float common = policy == "not_larger" ? ratios.Min() : ratios.Max();
            foreach (int axis in axes)
                scales[axis] = common;
        }

        return scales;
    }
}
