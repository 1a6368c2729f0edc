using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
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

    [Theory]
    [InlineData("bihd,bjhd->bhij", new long[] { 2, 3, 2, 4 }, new long[] { 2, 5, 2, 4 })]
    [InlineData("bhij,hg->bgij", new long[] { 2, 3, 4, 4 }, new long[] { 3, 5 })]
    [InlineData("ij,jk", new long[] { 3, 4 }, new long[] { 4, 5 })]
    [InlineData("i,j->ij", new long[] { 3 }, new long[] { 4 })]
    [InlineData("ij,ij->", new long[] { 3, 4 }, new long[] { 3, 4 })]
    [InlineData("ijk,jl->il", new long[] { 3, 4, 2 }, new long[] { 4, 5 })]
    [InlineData("...ij,...jk->...ik", new long[] { 2, 3, 4 }, new long[] { 2, 4, 5 })]
    [InlineData(" b n c , b n d -> b c d ", new long[] { 2, 3, 4 }, new long[] { 2, 3, 5 })]
    public void Sums_of_products_by_letters(string equation, long[] a, long[] b)
    {
        var check = new GradientCheck(5);
        check.Verify(check.Node("Einsum", [check.Input("a", a), check.Input("b", b)], A("equation", equation)));
    }

    [Theory]
    [InlineData("ij->ji")]
    [InlineData("ij->i")]
    [InlineData("ij->")]
    public void Sums_over_letters_of_one_operand(string equation)
    {
        var check = new GradientCheck(6);
        check.Verify(check.Node("Einsum", [check.Input("a", [3, 4])], A("equation", equation)));
    }

    [Theory]
    [InlineData("bii->bi", new long[] { 2, 3, 3 })]
    [InlineData("ibi->b", new long[] { 3, 2, 3 })]
    [InlineData("ii->", new long[] { 4, 4 })]
    public void Diagonals_by_letters(string equation, long[] shape)
    {
        var check = new GradientCheck(8);
        check.Verify(check.Node("Einsum", [check.Input("a", shape)], A("equation", equation)));
    }

    [Theory]
    [InlineData(4, 4, 0, "none")]
    [InlineData(4, 2, 1, "none")]
    [InlineData(2, 2, 0, "added")]
    [InlineData(2, 1, 0, "chosen")]
    public void Attention_is_written_as_products_and_a_softmax(int heads, int shared, int isCausal, string mask)
    {
        const int images = 2, tokens = 3, width = 5;
        foreach (bool hasHeadAxis in (bool[])[true, false])
        {
            var check = new GradientCheck(9) { Opset = 23 };
            var attention = new NodeProto { OpType = "Attention", Name = "attention", Output = { "y" } };
            attention.Attribute.Add([A("is_causal", isCausal), A("scale", 0.7f)]);
            if (!hasHeadAxis)
                attention.Attribute.Add([A("q_num_heads", heads), A("kv_num_heads", shared)]);
            var shapes = new Dictionary<string, long[]>();
            foreach (var (name, count) in new[] { ("q", heads), ("k", shared), ("v", shared) })
            {
                shapes[name] = hasHeadAxis ? [images, count, tokens, width] : [images, tokens, count * width];
                attention.Input.Add(check.Input(name, shapes[name]));
            }

            if (mask == "added")
                attention.Input.Add(check.Input("mask", [tokens, tokens]));
            if (mask == "chosen")
                attention.Input.Add(check.Node("Cast", [check.Node("Relu", [check.Input("mask", [tokens, tokens])])], A("to", 9)));
            check.Append(graph => OpsetUpgrade.Apply(graph, [attention], opset: 23, shapes));
            check.Verify("y");
        }
    }

    [Fact]
    public void A_product_of_a_tensor_with_itself_and_a_third_by_letters()
    {
        var check = new GradientCheck(7);
        string a = check.Input("a", [2, 3, 4]);
        check.Verify(
            check.Node("Einsum", [a, a], A("equation", "nct,ndt->ncd")),
            check.Node("Einsum", [a, check.Input("b", [4, 5]), check.Input("c", [5])], A("equation", "nct,tk,k->nk")));
    }
}
