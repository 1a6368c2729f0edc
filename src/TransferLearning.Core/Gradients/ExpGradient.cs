using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = eˣ: dx = dy·y.</summary>
internal sealed class ExpGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) => graph.Times(dy, y);
}
