using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = scale·x̂ + bias with x̂ = (x − mean)·r over all axes from <c>axis</c> on: the gradient of x̂ is dy·scale, dx follows from
/// <see cref="NormalizedTensor"/>, dscale = Σ dy·x̂ and dbias = Σ dy over the other axes. The optional outputs mean and r add
/// dmean / n and −dr·r²·x̂ / n to dx, for n elements in a mean. RMSNormalization leaves out mean and bias (Zhang and Sennrich, 2019).
/// </summary>
internal sealed class LayerNormalizationGradient(bool isCentered) : OperatorGradient
{
    private const int Scale = 1, Bias = 2, Mean = 1, InverseDeviation = 2;

    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape();
        int axis = TensorShape.Axis(scope.Int("axis", -1), shape.Length);
        long[] axes = [.. Enumerable.Range(axis, shape.Length - axis).Select(i => (long)i)];
        string dy = scope.OutputGradient();
        var normalized = NormalizedTensor.Append(graph, scope.Input(), axes, scope.Float("epsilon", 1e-5f), isCentered);
        if (scope.Wants(0))
        {
            string dx = normalized.Propagate(graph, graph.Times(dy, scope.Input(Scale)));
            scope.Contribute(0, AddStatistics(scope, normalized, dx, shape, axis));
        }

        if (scope.Wants(Scale))
            scope.Contribute(Scale, graph.SumTo(graph.Times(dy, normalized.Normalized), shape, scope.InputShape(Scale)));
        if (scope.Wants(Bias))
            scope.Contribute(Bias, graph.SumTo(dy, shape, scope.InputShape(Bias)));
    }

    private static string AddStatistics(GradientScope scope, NormalizedTensor normalized, string dx, long[] shape, int axis)
    {
        var graph = scope.Graph;
        float share = 1f / TensorShape.Count(shape.AsSpan(axis));
        if (scope.HasOutputGradient(Mean))
            dx = graph.Plus(dx, graph.Times(scope.OutputGradient(Mean), share));
        if (!scope.HasOutputGradient(InverseDeviation))
            return dx;
        string square = graph.Times(normalized.InverseDeviation, normalized.InverseDeviation);
        string slope = graph.Times(graph.Times(scope.OutputGradient(InverseDeviation), square), share);
        return graph.Minus(dx, graph.Times(slope, normalized.Normalized));
    }
}
