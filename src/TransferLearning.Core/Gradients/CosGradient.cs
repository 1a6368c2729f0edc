using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = cos x: dx = −dy·sin x.</summary>
internal sealed class CosGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Neg(graph.Times(dy, graph.Add("Sin", [x])));
}
