using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = mean of x over all places: dx = dy / places, the same at every place.</summary>
internal sealed class GlobalAveragePoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long[] shape = scope.InputShape();
        long places = shape[2..].Aggregate(1L, (product, size) => product * size);
        scope.Contribute(0, scope.Graph.Expand(scope.Graph.Times(scope.OutputGradient(), 1f / places), shape));
    }
}
