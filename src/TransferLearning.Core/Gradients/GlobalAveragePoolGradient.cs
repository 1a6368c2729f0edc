using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = mean of x over all places: dx = dy / places, the same at every place.</summary>
internal sealed class GlobalAveragePoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long[] shape = scope.InputShape();
        long places = TensorShape.Count(shape.AsSpan(2));
        scope.Contribute(0, scope.Graph.Expand(scope.Graph.Times(scope.OutputGradient(), 1f / places), shape));
    }
}
