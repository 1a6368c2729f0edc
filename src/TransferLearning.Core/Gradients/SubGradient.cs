using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = a − b: da = dy and db = −dy, each summed over the axes along which it was broadcast.</summary>
internal sealed class SubGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string dy = scope.OutputGradient();
        if (scope.Wants(0))
            scope.Contribute(0, graph.SumTo(dy, scope.OutputShape(), scope.InputShape(0)));
        if (scope.Wants(1))
            scope.Contribute(1, graph.Neg(graph.SumTo(dy, scope.OutputShape(), scope.InputShape(1))));
    }
}
