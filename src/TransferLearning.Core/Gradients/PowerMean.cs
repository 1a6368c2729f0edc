using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// The slope of a p-norm y = (Σ |x|ᵖ)^(1/p): dy/dx = sign x·|x|^(p − 1) / y^(p − 1), written without powers for the usual p of 1 and 2.
/// </summary>
internal static class PowerMean
{
    /// <summary>v^exponent for v ≥ 0 and a whole exponent from 0 on.</summary>
    public static string Power(GraphBuilder graph, string v, long exponent) => exponent switch
    {
        0 => graph.Scalar(1),
        1 => v,
        _ => graph.Add("Pow", [v, graph.Scalar(exponent)]),
    };

    /// <summary>scale·sign x·|x|^(p − 1), where scale broadcasts to x.</summary>
    public static string Slope(GraphBuilder graph, string x, string scale, long p)
    {
        if (p == 2)
            return graph.Times(x, scale);
        string sign = graph.Times(graph.Add("Sign", [x]), scale);
        return p == 1 ? sign : graph.Times(sign, Power(graph, graph.Add("Abs", [x]), p - 1));
    }
}
