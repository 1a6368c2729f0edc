using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x where x &gt; α, else 0: dx = dy where x &gt; α, else 0.</summary>
internal sealed class ThresholdedReluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        scope.Masked(dy, graph.Add("Greater", [x, graph.Scalar(scope.Float("alpha", 1))]));
}
