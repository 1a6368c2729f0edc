using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Batch normalization with frozen running statistics, as fine-tuning keeps it: with r = 1/√(var + ε),
/// y = scale·(x − mean)·r + bias per channel, so dx = dy·scale·r, dbias = Σ dy and dscale = r·Σ dy·(x − mean), summed over images and
/// places. Statistics that the graph computes get dmean = −scale·r·Σ dy and dvar = −½·scale·r³·Σ dy·(x − mean). In training mode the
/// statistics are those of the batch, and the gradient passes through them too.
/// </summary>
internal sealed class BatchNormalizationGradient : OperatorGradient
{
    private const int Scale = 1, Bias = 2, Mean = 3, Variance = 4;

    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape();
        long[] perChannel = [shape[1], .. Enumerable.Repeat(1L, shape.Length - 2)];
        long[] axes = [.. Enumerable.Range(0, shape.Length).Where(axis => axis != 1).Select(axis => (long)axis)];
        if (scope.Int("training_mode", 0) != 0)
        {
            GroupNormalizationGradient.Append(scope, shape, axes);
            return;
        }

        string dy = scope.OutputGradient();
        string variance = graph.Plus(scope.Input(Variance), graph.Scalar(scope.Float("epsilon", 1e-5f)));
        string deviation = graph.Add("Sqrt", [variance]), factor = graph.Over(scope.Input(Scale), deviation);
        var sum = new Lazy<string>(() => graph.Sum(dy, axes, keepDimensions: false));
        var moment = new Lazy<string>(() => graph.Sum(
            graph.Times(dy, graph.Minus(scope.Input(), graph.Reshape(scope.Input(Mean), perChannel))), axes, keepDimensions: false));
        if (scope.Wants(0))
            scope.Contribute(0, graph.Times(dy, graph.Reshape(factor, perChannel)));
        if (scope.Wants(Scale))
            scope.Contribute(Scale, graph.Over(moment.Value, deviation));
        if (scope.Wants(Bias))
            scope.Contribute(Bias, sum.Value);
        if (scope.Wants(Mean))
            scope.Contribute(Mean, graph.Neg(graph.Times(factor, sum.Value)));
        if (scope.Wants(Variance))
            scope.Contribute(Variance, graph.Times(graph.Over(graph.Times(factor, moment.Value), variance), -0.5f));
    }
}
