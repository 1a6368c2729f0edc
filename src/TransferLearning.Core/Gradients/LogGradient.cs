using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = ln x: dx = dy / x.</summary>
internal sealed class LogGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) => graph.Over(dy, x);
}
