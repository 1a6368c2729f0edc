using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Reads what all reductions have in common: the axes, and whether the output keeps them with size 1.</summary>
internal abstract class ReductionGradient : OperatorGradient
{
    public sealed override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), kept = [.. shape];
        int[] axes = [.. (scope.HasInput(1) ? scope.Constant(1) : []).Select(axis => TensorShape.Axis(axis, shape.Length))];
        if (axes.Length == 0 && scope.Int("noop_with_empty_axes", 0) == 0)
            axes = [.. Enumerable.Range(0, shape.Length)];
        foreach (int axis in axes)
            kept[axis] = 1;
        bool isKept = scope.Int("keepdims", 1) != 0;
        scope.Contribute(0, Propagate(scope, new Reduction(
            [.. axes.Select(axis => (long)axis)],
            scope.Input(),
            () => isKept ? scope.Output() : graph.Reshape(scope.Output(), kept),
            isKept ? scope.OutputGradient() : graph.Reshape(scope.OutputGradient(), kept))));
    }

    /// <summary>Appends dx, of the shape of x.</summary>
    protected abstract string Propagate(GradientScope scope, Reduction reduction);

    /// <summary>A reduction at hand; y and dy have all axes, the reduced ones with size 1, so that they broadcast to x.</summary>
    protected sealed record Reduction(long[] Axes, string X, Func<string> Y, string Dy);
}
