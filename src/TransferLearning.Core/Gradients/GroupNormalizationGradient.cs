using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// InstanceNormalization and GroupNormalization: y = scale·x̂ + bias per channel, where x̂ is x normalized over the places of a channel
/// (Ulyanov et al., 2016) or of a group of neighbouring channels (Wu and He, 2018). The gradient of x̂ is dy·scale, dx follows from
/// <see cref="NormalizedTensor"/>; dscale = Σ dy·x̂ and dbias = Σ dy over images and places.
/// </summary>
internal sealed class GroupNormalizationGradient : OperatorGradient
{
    private const int Scale = 1, Bias = 2;

    public override void Append(GradientScope scope)
    {
        long[] shape = scope.InputShape();
        Append(scope, [shape[0], scope.Int("num_groups", shape[1]), -1], [2]);
    }

    /// <summary>Appends the gradients of x, scale and bias.</summary>
    /// <param name="scope">The node, with inputs x, scale and bias per channel.</param>
    /// <param name="view">The shape that x is normalized in.</param>
    /// <param name="axes">The axes of the view that mean and variance are taken over.</param>
    public static void Append(GradientScope scope, long[] view, long[] axes)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), perChannel = [shape[1], .. Enumerable.Repeat(1L, shape.Length - 2)];
        long[] otherAxes = [.. Enumerable.Range(0, shape.Length).Where(axis => axis != 1).Select(axis => (long)axis)];
        string dy = scope.OutputGradient();
        var normalized = NormalizedTensor.Append(graph, graph.Reshape(scope.Input(), view), axes, scope.Float("epsilon", 1e-5f));
        if (scope.Wants(0))
        {
            string gradient = graph.Times(dy, graph.Reshape(scope.Input(Scale), perChannel));
            scope.Contribute(0, graph.Reshape(normalized.Propagate(graph, graph.Reshape(gradient, view)), shape));
        }

        if (scope.Wants(Scale))
        {
            string product = graph.Times(dy, graph.Reshape(normalized.Normalized, shape));
            scope.Contribute(Scale, graph.Sum(product, otherAxes, keepDimensions: false));
        }

        if (scope.Wants(Bias))
            scope.Contribute(Bias, graph.Sum(dy, otherAxes, keepDimensions: false));
    }
}
