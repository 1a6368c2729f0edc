using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x where x ≥ 0, else α·x: dx = dy where x ≥ 0, else α·dy.</summary>
internal sealed class LeakyReluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Add(
            "Where", [graph.Add("Less", [x, graph.Scalar(0)]), graph.Times(dy, scope.Float("alpha", 0.01f)), dy]);
}
