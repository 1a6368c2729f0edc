using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = x·t with t = tanh(ln(1 + eˣ)): dx = dy·(t + x·σ(x)·(1 − t²)) (Misra, 2019).</summary>
internal sealed class MishGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string t = graph.Add("Tanh", [graph.Add("Softplus", [x])]);
        string bend = graph.Times(graph.Times(x, graph.Add("Sigmoid", [x])), graph.Minus(graph.Scalar(1), graph.Times(t, t)));
        return graph.Times(dy, graph.Plus(t, bend));
    }
}
