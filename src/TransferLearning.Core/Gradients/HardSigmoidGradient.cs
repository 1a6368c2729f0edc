using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = min(max(α·x + β, 0), 1): dx = α·dy where 0 &lt; y &lt; 1, else 0.</summary>
internal sealed class HardSigmoidGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string inside = graph.Add(
            "And", [graph.Add("Greater", [y, graph.Scalar(0)]), graph.Add("Less", [y, graph.Scalar(1)])]);
        return scope.Masked(graph.Times(dy, scope.Float("alpha", 0.2f)), inside);
    }
}
