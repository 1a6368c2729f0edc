using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = erf x: dx = dy·2/√π·e^(−x²).</summary>
internal sealed class ErfGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Times(graph.Add("Exp", [graph.Neg(graph.Times(x, x))]), 2 / MathF.Sqrt(MathF.PI)));
}
