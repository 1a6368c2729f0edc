using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = sin x: dx = dy·cos x.</summary>
internal sealed class SinGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add("Cos", [x]));
}
