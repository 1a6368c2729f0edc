using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = arccos x: dx = −dy / √(1 − x²).</summary>
internal sealed class AcosGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Neg(graph.Over(dy, graph.Add("Sqrt", [graph.Minus(graph.Scalar(1), graph.Times(x, x))])));
}
