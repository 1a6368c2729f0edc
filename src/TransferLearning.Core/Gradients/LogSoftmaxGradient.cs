using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = ln softmax x along an axis: dx = dy − eʸ·Σ dy.</summary>
internal sealed class LogSoftmaxGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string dy = scope.OutputGradient();
        string sum = graph.Sum(dy, [scope.Int("axis", -1)], keepDimensions: true);
        scope.Contribute(0, graph.Minus(dy, graph.Times(graph.Add("Exp", [scope.Output()]), sum)));
    }
}
