using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = (Σ |x|ᵖ)^(1/p) over all places: dx = dy·sign x·(|x| / y)^(p − 1), and 0 where y is 0.</summary>
internal sealed class GlobalLpPoolGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        PowerMean.Slope(graph, x, graph.OverNonZero(dy, PowerMean.Power(graph, y, scope.Int("p", 2) - 1)), scope.Int("p", 2));
}
