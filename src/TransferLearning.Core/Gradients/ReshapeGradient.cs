using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Flatten, Reshape, Squeeze, Unsqueeze, Identity and Dropout in inference mode keep every element in its place: dx is dy in the shape
/// of x.
/// </summary>
internal sealed class ReshapeGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        string dy = scope.OutputGradient();
        scope.Contribute(
            0, scope.InputShape().AsSpan().SequenceEqual(scope.OutputShape()) ? dy : scope.Graph.Reshape(dy, scope.InputShape()));
    }
}
