using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = c ? a : b: da = dy where c, else 0; db = dy where not c, else 0; summed over broadcast axes.</summary>
internal sealed class WhereGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string condition = scope.Input(0), dy = scope.OutputGradient(), zero = graph.Scalar(0);
        if (scope.Wants(1))
            scope.Contribute(1, graph.SumTo(graph.Add("Where", [condition, dy, zero]), scope.OutputShape(), scope.InputShape(1)));
        if (scope.Wants(2))
            scope.Contribute(2, graph.SumTo(graph.Add("Where", [condition, zero, dy]), scope.OutputShape(), scope.InputShape(2)));
    }
}
