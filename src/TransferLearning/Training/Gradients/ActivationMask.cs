using System.Runtime.InteropServices;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Training.Gradients;

/// <summary>
/// Masks that are 1 where a tensor lies beyond a bound and 0 elsewhere, as floats to multiply with. A steep HardSigmoid makes one in a
/// single pass: min(max(α·y + β, 0), 1) with α = ±2ᵏ so large that the smallest step away from the bound already reaches 1. Scaling by a power of
/// two is exact, so the mask is too, and it costs a third of a comparison with a Where, which ONNX Runtime computes in several passes.
/// </summary>
internal static class ActivationMask
{
    /// <summary>2¹²⁶ lifts the smallest normal number to 1.</summary>
    private const int LargestExponent = 126;

    /// <summary>1 where y &gt; bound, else 0.</summary>
    public static string Above(GraphBuilder graph, string y, float bound)
    {
        float slope = Slope(bound);
        return Steep(graph, y, slope, -bound * slope);
    }

    /// <summary>1 where y &lt; bound, else 0.</summary>
    public static string Below(GraphBuilder graph, string y, float bound)
    {
        float slope = Slope(bound);
        return Steep(graph, y, -slope, bound * slope);
    }

    /// <summary>The content of a scalar constant, or null where it is not known before the graph runs.</summary>
    public static float? Scalar(GraphBuilder graph, string tensor)
    {
        var constant = graph.Graph.Initializer.FirstOrDefault(candidate => candidate.Name == tensor);
        if (constant?.DataType != (int)TensorProto.Types.DataType.Float)
            return null;
        float value = constant.RawData.Length > 0 ? MemoryMarshal.Read<float>(constant.RawData.Span) : constant.FloatData.FirstOrDefault();
        return float.IsFinite(value) ? value : null;
    }

    private static string Steep(GraphBuilder graph, string y, float slope, float offset) =>
        graph.Add("HardSigmoid", [y], GraphBuilder.Attribute("alpha", slope), GraphBuilder.Attribute("beta", offset));

    /// <summary>The largest power of two that keeps bound · slope finite.</summary>
    private static float Slope(float bound) =>
        MathF.ScaleB(1, LargestExponent - Math.Max(0, bound == 0 ? 0 : MathF.ILogB(bound)));
}
