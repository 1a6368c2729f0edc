using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Adaptive gradient clipping: <c>g ← g · min(1, λ · max(‖w‖, 10⁻³) / ‖g‖)</c> for each row w of a weight tensor, or for a whole vector
/// (A. Brock et al., High-performance large-scale image recognition without normalization, 2021).
/// </summary>
internal static class AdaptiveClipping
{
    /// <summary>The length that weights count with at least, so that those at zero can move.</summary>
    private const float Least = 1e-3f;

    /// <summary>Shortens the gradients of a store in place.</summary>
    public static void Apply(ParameterStore store, double share)
    {
        for (int i = 0; i < store.Parameters.Count; i++)
        {
            var parameter = store.Parameters[i];
            int rows = parameter.Dimensions.Count > 1 ? checked((int)parameter.Dimensions[0]) : 1;
            int length = parameter.Length / Math.Max(rows, 1);
            var weights = store.Slice(store.Weights, i).Span;
            var gradients = store.Slice(store.Gradients, i).Span;
            for (int row = 0; row < rows; row++)
                Shorten(weights.Slice(row * length, length), gradients.Slice(row * length, length), (float)share);
        }
    }

    /// <summary>Writes the same for one tensor as nodes of a graph.</summary>
    /// <returns>The shortened gradient.</returns>
    public static string Append(GraphBuilder graph, Parameter parameter, string gradient, float share)
    {
        string axes = graph.Int64s([.. Enumerable.Range(0, parameter.Dimensions.Count).Skip(parameter.Dimensions.Count > 1 ? 1 : 0)
            .Select(axis => (long)axis)]);
        string most = graph.Times(graph.Add("Max", [Lengths(parameter.Name), graph.Scalar(Least)]), share);
        string factor = graph.Add("Min", [graph.Over(most, Lengths(gradient)), graph.Scalar(1)]);
        return graph.Times(gradient, factor);

        string Lengths(string tensor) => graph.Add("ReduceL2", [tensor, axes], GraphBuilder.Attribute("keepdims", 1L));
    }

    private static void Shorten(ReadOnlySpan<float> weights, Span<float> gradient, float share)
    {
        float most = share * MathF.Max(TensorPrimitives.Norm(weights), Least);
        float norm = TensorPrimitives.Norm<float>(gradient);
        if (norm > most)
            TensorPrimitives.Multiply(gradient, most / norm, gradient);
    }
}
