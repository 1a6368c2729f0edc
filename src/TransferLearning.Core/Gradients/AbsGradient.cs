using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = |x|: dx = dy·sign x.</summary>
internal sealed class AbsGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add("Sign", [x]));
}
