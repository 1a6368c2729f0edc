using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = cosh x: dx = dy·sinh x.</summary>
internal sealed class CoshGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add("Sinh", [x]));
}
