using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x where x ≥ 0, else α·(e^(x/α) − 1): dx = dy where x ≥ 0, else dy·(y/α + 1) (Barron, 2017).</summary>
internal sealed class CeluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string slope = graph.Plus(graph.Times(y, 1 / scope.Float("alpha", 1)), graph.Scalar(1));
        return graph.Choose(graph.Add("Less", [x, graph.Scalar(0)]), graph.Times(dy, slope), dy);
    }
}
