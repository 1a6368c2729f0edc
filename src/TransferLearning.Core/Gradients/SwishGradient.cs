using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x·s with s = σ(α·x): dx = dy·(s + α·y·(1 − s)) (Ramachandran et al., 2017).</summary>
internal sealed class SwishGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        float alpha = scope.Float("alpha", 1);
        string s = graph.Add("Sigmoid", [graph.Times(x, alpha)]);
        return graph.Times(dy, graph.Plus(s, graph.Times(graph.Times(y, alpha), graph.Minus(graph.Scalar(1), s))));
    }
}
