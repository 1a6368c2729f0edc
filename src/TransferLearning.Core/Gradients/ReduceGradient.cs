using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// ReduceSum and ReduceMean: every element that went into a sum gets the gradient of the sum; for a mean, divided by the number of
/// elements.
/// </summary>
internal sealed class ReduceGradient(bool isMean) : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction)
    {
        long[] shape = scope.InputShape();
        float count = reduction.Axes.Aggregate(1f, (product, axis) => product * shape[axis]);
        return scope.Graph.Expand(isMean ? scope.Graph.Times(reduction.Dy, 1 / count) : reduction.Dy, shape);
    }
}
