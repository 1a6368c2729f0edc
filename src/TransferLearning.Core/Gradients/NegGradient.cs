using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = −x: dx = −dy.</summary>
internal sealed class NegGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) => graph.Neg(dy);
}
