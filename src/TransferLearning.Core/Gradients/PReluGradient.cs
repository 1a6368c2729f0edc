using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = x where x ≥ 0, else slope·x: dx = dy where x ≥ 0, else slope·dy; dslope = Σ dy·min(x, 0) over broadcast axes (He et al., 2015).
/// </summary>
internal sealed class PReluGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string x = scope.Input(), slope = scope.Input(1), dy = scope.OutputGradient();
        if (scope.Wants(0))
            scope.Contribute(0, graph.Choose(graph.Add("Less", [x, graph.Scalar(0)]), graph.Times(dy, slope), dy));
        if (scope.Wants(1))
        {
            string negative = graph.Add("Min", [x, graph.Scalar(0)]);
            scope.Contribute(1, graph.SumTo(graph.Times(dy, negative), scope.OutputShape(), scope.InputShape(1)));
        }
    }
}
