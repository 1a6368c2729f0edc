using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Y = α·A′·B′ + β·C with A′ = A or Aᵀ and B′ = B or Bᵀ: dA′ = α·dY·B′ᵀ, dB′ = α·A′ᵀ·dY, dC = β·dY summed over broadcast axes. A transposed
/// operand gets the transposed product, so every gradient is one Gemm and no Transpose.
/// </summary>
internal sealed class GemmGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string a = scope.Input(0), b = scope.Input(1), dy = scope.OutputGradient();
        float alpha = scope.Float("alpha", 1), beta = scope.Float("beta", 1);
        bool transA = scope.Int("transA", 0) != 0, transB = scope.Int("transB", 0) != 0;
        if (scope.Wants(0))
            scope.Contribute(0, transA ? Product(graph, b, transB, dy, true, alpha) : Product(graph, dy, false, b, !transB, alpha));
        if (scope.Wants(1))
            scope.Contribute(1, transB ? Product(graph, dy, true, a, transA, alpha) : Product(graph, a, !transA, dy, false, alpha));
        if (scope.Wants(2))
            scope.Contribute(2, graph.Times(graph.SumTo(dy, scope.OutputShape(), scope.InputShape(2)), beta));
    }

    private static string Product(GraphBuilder graph, string left, bool transposeLeft, string right, bool transposeRight, float alpha) =>
        graph.Add(
            "Gemm",
            [left, right],
            GraphBuilder.Attribute("alpha", alpha),
            GraphBuilder.Attribute("transA", transposeLeft ? 1L : 0L),
            GraphBuilder.Attribute("transB", transposeRight ? 1L : 0L));
}
