using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y is the upper or lower triangle of x, with zeros elsewhere: dx is the same triangle of dy.</summary>
internal sealed class TriluGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        string dy = scope.OutputGradient();
        scope.Contribute(0, scope.Graph.Add(
            "Trilu", scope.HasInput(1) ? [dy, scope.Input(1)] : [dy], GraphBuilder.Attribute("upper", scope.Int("upper", 1))));
    }
}
