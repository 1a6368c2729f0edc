using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// ReduceSum and ReduceMean: every element that went into a sum gets the gradient of the sum; for a mean, divided by the number of
/// elements.
/// </summary>
internal sealed class ReduceGradient(bool isMean) : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), kept = [.. shape];
        long[] axes = scope.HasInput(1) ? scope.Constant(1) : [];
        if (axes.Length == 0 && scope.Int("noop_with_empty_axes", 0) == 0)
            axes = [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis)];
        float count = 1;
        foreach (long axis in axes)
        {
            int at = (int)(axis < 0 ? axis + shape.Length : axis);
            count *= shape[at];
            kept[at] = 1;
        }

        string dy = scope.OutputGradient();
        if (scope.Int("keepdims", 1) == 0)
            dy = graph.Reshape(dy, kept);
        scope.Contribute(0, graph.Expand(isMean ? graph.Times(dy, 1 / count) : dy, shape));
    }
}
