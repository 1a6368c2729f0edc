using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = softmax x along an axis: dx = y·(dy − Σ dy·y).</summary>
internal sealed class SoftmaxGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string y = scope.Output(), dy = scope.OutputGradient();
        string mean = graph.Sum(graph.Times(dy, y), [scope.Int("axis", -1)], keepDimensions: true);
        scope.Contribute(0, graph.Times(y, graph.Minus(dy, mean)));
    }
}
