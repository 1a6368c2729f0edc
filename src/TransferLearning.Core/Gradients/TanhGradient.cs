using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = tanh x: dx = dy·(1 − y²).</summary>
internal sealed class TanhGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Minus(graph.Scalar(1), graph.Times(y, y)));
}
