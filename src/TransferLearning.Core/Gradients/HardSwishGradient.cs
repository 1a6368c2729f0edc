using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x·min(max(x/6 + ½, 0), 1): the slope is 0 for x ≤ −3, 1 for x ≥ 3, and x/3 + ½ between.</summary>
internal sealed class HardSwishGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string between = graph.Plus(graph.Times(x, 1 / 3f), graph.Scalar(0.5f));
        string atLeastLow = graph.Add("Where", [graph.Add("Greater", [x, graph.Scalar(-3)]), between, graph.Scalar(0)]);
        return graph.Times(dy, graph.Add("Where", [graph.Add("Less", [x, graph.Scalar(3)]), atLeastLow, graph.Scalar(1)]));
    }
}
