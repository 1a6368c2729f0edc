using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = artanh x: dx = dy / (1 − x²).</summary>
internal sealed class AtanhGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Over(dy, graph.Minus(graph.Scalar(1), graph.Times(x, x)));
}
