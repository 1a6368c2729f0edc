using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x + bias where x &lt; −λ, x − bias where x &gt; λ, else 0: dx = dy where |x| &gt; λ, else 0.</summary>
internal sealed class ShrinkGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        scope.Masked(dy, graph.Add("Greater", [graph.Add("Abs", [x]), graph.Scalar(scope.Float("lambd", 0.5f))]));
}
