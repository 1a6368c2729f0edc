using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = tan x: dx = dy·(1 + y²).</summary>
internal sealed class TanGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Plus(graph.Scalar(1), graph.Times(y, y)));
}
