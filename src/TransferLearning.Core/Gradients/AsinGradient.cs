using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = arcsin x: dx = dy / √(1 − x²).</summary>
internal sealed class AsinGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Over(dy, graph.Add("Sqrt", [graph.Minus(graph.Scalar(1), graph.Times(x, x))]));
}
