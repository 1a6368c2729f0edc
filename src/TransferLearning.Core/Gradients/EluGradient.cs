using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x where x ≥ 0, else α·(eˣ − 1): dx = dy where x ≥ 0, else dy·(y + α).</summary>
internal sealed class EluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string slope = graph.Plus(y, graph.Scalar(scope.Float("alpha", 1)));
        return graph.Add("Where", [graph.Add("Less", [x, graph.Scalar(0)]), graph.Times(dy, slope), dy]);
    }
}
