using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = x·Φ(x) with Φ(x) = ½(1 + erf(x/√2)): dx = dy·(Φ(x) + x·φ(x)), φ(x) = e^(−x²/2)/√(2π). In the tanh approximation, with
/// u = √(2/π)·(x + 0.044715x³), t = tanh u: dx = dy·½(1 + t + x·(1 − t²)·√(2/π)·(1 + 3·0.044715x²)).
/// </summary>
internal sealed class GeluGradient : SlopeGradient
{
    private const float Cubic = 0.044715f;
    private static readonly float RootTwoOverPi = MathF.Sqrt(2 / MathF.PI);

    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy)
    {
        string square = graph.Times(x, x), one = graph.Scalar(1);
        if (scope.String("approximate", "none") == "tanh")
        {
            string inner = graph.Times(graph.Times(x, graph.Plus(one, graph.Times(square, Cubic))), RootTwoOverPi);
            string t = graph.Add("Tanh", [inner]);
            string innerSlope = graph.Times(graph.Plus(one, graph.Times(square, 3 * Cubic)), RootTwoOverPi);
            string bend = graph.Times(graph.Times(x, graph.Minus(one, graph.Times(t, t))), innerSlope);
            return graph.Times(dy, graph.Times(graph.Plus(graph.Plus(one, t), bend), 0.5f));
        }

        string cumulative = graph.Times(graph.Plus(one, graph.Add("Erf", [graph.Times(x, 1 / MathF.Sqrt(2))])), 0.5f);
        string density = graph.Times(graph.Add("Exp", [graph.Times(square, -0.5f)]), 1 / MathF.Sqrt(2 * MathF.PI));
        return graph.Times(dy, graph.Plus(cumulative, graph.Times(x, density)));
    }
}
