using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = arsinh x: dx = dy / √(x² + 1).</summary>
internal sealed class AsinhGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Over(dy, graph.Add("Sqrt", [graph.Plus(graph.Times(x, x), graph.Scalar(1))]));
}
