using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = 1/x: dx = −dy·y².</summary>
internal sealed class ReciprocalGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Neg(graph.Times(dy, graph.Times(y, y)));
}
