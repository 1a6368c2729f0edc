using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = a − b·q, where the quotient q is a whole number and locally constant: da = dy and db = −dy·q.</summary>
internal sealed class ModGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string dy = scope.OutputGradient();
        if (scope.Wants(0))
            scope.Contribute(0, graph.SumTo(dy, scope.OutputShape(), scope.InputShape(0)));
        if (!scope.Wants(1))
            return;
        string quotient = graph.Add("Round", [graph.Over(graph.Minus(scope.Input(0), scope.Output()), scope.Input(1))]);
        scope.Contribute(1, graph.Neg(graph.SumTo(graph.Times(dy, quotient), scope.OutputShape(), scope.InputShape(1))));
    }
}
