using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x / (1 + |x|): dx = dy / (1 + |x|)².</summary>
internal sealed class SoftsignGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string denominator = graph.Plus(graph.Scalar(1), graph.Add("Abs", [x]));
        return graph.Over(dy, graph.Times(denominator, denominator));
    }
}
