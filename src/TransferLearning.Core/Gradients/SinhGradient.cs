using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = sinh x: dx = dy·cosh x.</summary>
internal sealed class SinhGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, graph.Add("Cosh", [x]));
}
