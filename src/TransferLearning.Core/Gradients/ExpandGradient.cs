using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Expand repeats elements: dx is dy summed over the repetitions.</summary>
internal sealed class ExpandGradient : OperatorGradient
{
    public override void Append(GradientScope scope) =>
        scope.Contribute(0, scope.Graph.SumTo(scope.OutputGradient(), scope.OutputShape(), scope.InputShape(0)));
}
