using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// What the normalizations share: x̂ = (x − mean)·r with r = 1/√(var + ε) over some axes, and its derivative
/// dx = r·(g − mean g − x̂·mean(g·x̂)), where g is the gradient of x̂ (Ioffe and Szegedy, 2015; Ba et al., 2016).
/// </summary>
/// <param name="Normalized">x̂.</param>
/// <param name="InverseDeviation">r, with size 1 along the axes.</param>
/// <param name="Axes">The axes that mean and variance are taken over.</param>
/// <param name="IsCentered">Whether the mean is subtracted; without it r = 1/√(mean x² + ε) and the term mean g is absent.</param>
internal sealed record NormalizedTensor(string Normalized, string InverseDeviation, long[] Axes, bool IsCentered)
{
    /// <summary>Appends the forward computation, for gradients to use.</summary>
    public static NormalizedTensor Append(GraphBuilder graph, string x, long[] axes, float epsilon, bool isCentered = true)
    {
        string centered = isCentered ? graph.Minus(x, graph.Mean(x, axes, keepDimensions: true)) : x;
        string variance = graph.Mean(graph.Times(centered, centered), axes, keepDimensions: true);
        string inverse = graph.Add("Reciprocal", [graph.Add("Sqrt", [graph.Plus(variance, graph.Scalar(epsilon))])]);
        return new NormalizedTensor(graph.Times(centered, inverse), inverse, axes, isCentered);
    }

    /// <summary>Appends dx for the gradient of x̂.</summary>
    public string Propagate(GraphBuilder graph, string gradient)
    {
        string along = graph.Times(Normalized, graph.Mean(graph.Times(gradient, Normalized), Axes, keepDimensions: true));
        string across = IsCentered ? graph.Minus(gradient, graph.Mean(gradient, Axes, keepDimensions: true)) : gradient;
        return graph.Times(InverseDeviation, graph.Minus(across, along));
    }
}
