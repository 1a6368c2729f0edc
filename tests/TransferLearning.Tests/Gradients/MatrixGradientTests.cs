using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class MatrixGradientTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Gemm_with_every_transposition_and_bias_shape(long transA, long transB)
    {
        foreach (long[] bias in new long[][] { [], [1], [4], [1, 4], [3, 1], [3, 4] })
        {
            var check = new GradientCheck(2);
            string a = check.Input("a", transA == 0 ? [3, 5] : [5, 3]), b = check.Input("b", transB == 0 ? [5, 4] : [4, 5]);
            string c = check.Input("c", bias);
            check.Verify(check.Node(
                "Gemm", [a, b, c], A("transA", transA), A("transB", transB), A("alpha", 0.5f), A("beta", 1.5f)));
        }
    }

    [Fact]
    public void Gemm_without_bias()
    {
        var check = new GradientCheck(3);
        check.Verify(check.Node("Gemm", [check.Input("a", [3, 5]), check.Input("b", [5, 4])]));
    }

    [Fact]
    public void MatMul_of_matrices_batches_and_vectors()
    {
        (long[] A, long[] B)[] shapes =
        [
            ([3, 5], [5, 4]), ([2, 3, 5], [5, 4]), ([3, 5], [2, 5, 4]), ([2, 1, 3, 5], [1, 3, 5, 4]), ([2, 3, 5], [2, 5, 4]),
            ([5], [5, 4]), ([3, 5], [5]), ([5], [5]), ([5], [2, 5, 4]), ([2, 3, 5], [5]), ([1, 3, 5], [2, 5, 4]),
        ];
        foreach (var (a, b) in shapes)
        {
            var check = new GradientCheck(4);
            check.Verify(check.Node("MatMul", [check.Input("a", a), check.Input("b", b)]));
        }
    }
}
