using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y_i = x_i / n_i^β with n_i = bias + α/size·Σ x_j² over the channels j near i:
/// dx_j = dy_j / n_j^β − 2αβ/size·x_j·Σ dy_i·y_i / n_i over the channels i that j is near to (Krizhevsky et al., 2012). Both sums are
/// products with a band matrix of zeros and ones.
/// </summary>
internal sealed class LocalResponseNormalizationGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape();
        long size = scope.Int("size", 1), channels = shape[1];
        float alpha = scope.Float("alpha", 1e-4f), beta = scope.Float("beta", 0.75f);
        float[] band = new float[channels * channels];
        for (long i = 0; i < channels; i++)
        {
            for (long j = Math.Max(0, i - ((size - 1) / 2)); j <= Math.Min(channels - 1, i + (size / 2)); j++)
                band[(i * channels) + j] = 1;
        }

        string x = scope.Input(), dy = scope.OutputGradient();
        string sums = Sum(graph, graph.Times(x, x), shape, ConstantMatrix.Transposed(band, channels));
        string n = graph.Plus(graph.Times(sums, alpha / size), graph.Scalar(scope.Float("bias", 1)));
        string direct = graph.Over(dy, graph.Add("Pow", [n, graph.Scalar(beta)]));
        string near = Sum(graph, graph.Over(graph.Times(dy, scope.Output()), n), shape, band);
        scope.Contribute(0, graph.Minus(direct, graph.Times(graph.Times(x, near), 2 * alpha * beta / size)));
    }

    private static string Sum(GraphBuilder graph, string x, long[] shape, float[] matrix) =>
        SeparableMap.Transposed(graph, x, shape, shape, axis => axis == 1 ? matrix : null);
}
