using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = σ(x): dx = dy·y·(1 − y).</summary>
internal sealed class SigmoidGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Times(y, graph.Minus(graph.Scalar(1), y)));
}
