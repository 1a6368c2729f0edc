using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = √x: dx = dy / 2y.</summary>
internal sealed class SqrtGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Over(graph.Times(dy, 0.5f), y);
}
