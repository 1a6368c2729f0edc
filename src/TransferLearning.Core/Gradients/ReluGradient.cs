using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = max(x, 0): dx = dy where y > 0, else 0. The output serves as the mask, so the input need not be kept. The mask is a HardSigmoid so
/// steep that it lifts the smallest normal number to 1, which takes one pass where a comparison and its conversion take two.
/// </summary>
internal sealed class ReluGradient : SlopeGradient
{
    private static readonly float LiftsSmallestNormalToOne = MathF.ScaleB(1, 126);

    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add(
            "HardSigmoid", [y], GraphBuilder.Attribute("alpha", LiftsSmallestNormalToOne), GraphBuilder.Attribute("beta", 0f)));
}
