using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = arcosh x: dx = dy / √(x² − 1).</summary>
internal sealed class AcoshGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Over(dy, graph.Add("Sqrt", [graph.Minus(graph.Times(x, x), graph.Scalar(1))]));
}
