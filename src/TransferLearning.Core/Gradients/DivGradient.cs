using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = a / b: da = dy / b and db = −dy·y / b, each summed over the axes along which it was broadcast.</summary>
internal sealed class DivGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string quotient = graph.Over(scope.OutputGradient(), scope.Input(1));
        if (scope.Wants(0))
            scope.Contribute(0, graph.SumTo(quotient, scope.OutputShape(), scope.InputShape(0)));
        if (scope.Wants(1))
            scope.Contribute(1, graph.Neg(graph.SumTo(graph.Times(quotient, scope.Output()), scope.OutputShape(), scope.InputShape(1))));
    }
}
