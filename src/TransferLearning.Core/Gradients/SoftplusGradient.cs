using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = ln(1 + eˣ): dx = dy·σ(x).</summary>
internal sealed class SoftplusGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add("Sigmoid", [x]));
}
