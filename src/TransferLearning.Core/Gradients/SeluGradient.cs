using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = γ·x where x &gt; 0, else γ·α·(eˣ − 1): dx = γ·dy where x &gt; 0, else dy·(y + γ·α) (Klambauer et al., 2017).</summary>
internal sealed class SeluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        float gamma = scope.Float("gamma", 1.050701f), alpha = scope.Float("alpha", 1.6732632f);
        string bent = graph.Plus(y, graph.Scalar(gamma * alpha));
        return graph.Times(dy, graph.Choose(graph.Add("Greater", [x, graph.Scalar(0)]), graph.Scalar(gamma), bent));
    }
}
