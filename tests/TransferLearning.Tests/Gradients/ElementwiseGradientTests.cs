using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class ElementwiseGradientTests
{
    [Theory]
    [InlineData("Abs")]
    [InlineData("Elu")]
    [InlineData("Erf")]
    [InlineData("Exp")]
    [InlineData("Gelu")]
    [InlineData("HardSigmoid")]
    [InlineData("HardSwish")]
    [InlineData("LeakyRelu")]
    [InlineData("Neg")]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    [InlineData("Softplus")]
    [InlineData("Tanh")]
    public void Functions_of_any_number(string operatorType)
    {
        var check = new GradientCheck(1);
        check.Verify(check.Node(operatorType, [check.Input("x", [3, 4, 5], -5, 5)]));
    }

    [Theory]
    [InlineData("Log")]
    [InlineData("Reciprocal")]
    [InlineData("Sqrt")]
    public void Functions_of_positive_numbers(string operatorType)
    {
        var check = new GradientCheck(2);
        check.Verify(check.Node(operatorType, [check.Input("x", [3, 4, 5], 0.5, 3)]));
    }

    [Fact]
    public void Parameters_of_activations_are_respected()
    {
        var check = new GradientCheck(3);
        string x = check.Input("x", [50], -3, 3);
        string y = check.Node("LeakyRelu", [x], A("alpha", 0.3f));
        string z = check.Node("Elu", [y], A("alpha", 0.7f));
        string v = check.Node("HardSigmoid", [z], A("alpha", 0.4f), A("beta", 0.3f));
        check.Verify(check.Node("Gelu", [v], A("approximate", "tanh")), z);
    }

    [Fact]
    public void Gelu_written_with_Erf_as_exporters_do()
    {
        var check = new GradientCheck(4);
        string x = check.Input("x", [4, 6], -3, 3);
        string cumulative = check.Node("Add", [check.Node("Erf", [check.Node("Div", [x, check.Constant(1.4142135f)])]), check.Constant(1f)]);
        check.Verify(check.Node("Mul", [check.Node("Mul", [x, cumulative]), check.Constant(0.5f)]));
    }

    [Fact]
    public void SiLU_is_a_product_with_a_Sigmoid()
    {
        var check = new GradientCheck(5);
        string x = check.Input("x", [4, 6], -4, 4);
        check.Verify(check.Node("Mul", [x, check.Node("Sigmoid", [x])]));
    }

    [Fact]
    public void Clip_with_two_one_and_no_bounds()
    {
        foreach (bool hasLow in new[] { true, false })
        {
            foreach (bool hasHigh in new[] { true, false })
            {
                var check = new GradientCheck(6);
                string low = hasLow ? check.Constant(-0.4f) : "", high = hasHigh ? check.Constant(0.7f) : "";
                check.Verify(check.Node("Clip", [check.Input("x", [40]), low, high]));
            }
        }
    }

    [Fact]
    public void Relu_at_exactly_zero_passes_nothing()
    {
        var check = new GradientCheck(7);
        string x = check.Input("x", new ReferenceTensor([3], [-1, 0, 1]));
        string y = check.Node("Relu", [x]);
        Assert.Equal([0, 0], check.Gradient(x, y).Data[..2]);
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    [InlineData("Pow")]
    [InlineData("Sum")]
    public void Two_operands_with_random_broadcasting(string operatorType)
    {
        var random = new Random(8);
        for (int i = 0; i < 25; i++)
        {
            var (a, b) = BroadcastShapes(random);
            var check = new GradientCheck(i);
            check.Verify(check.Node(operatorType, [check.Input("a", a, 0.5, 2), check.Input("b", b, 0.5, 2)]));
        }
    }

    [Fact]
    public void Sum_of_many_operands_of_different_shapes()
    {
        var check = new GradientCheck(9);
        string a = check.Input("a", [2, 3, 4]);
        check.Verify(check.Node("Sum", [a, check.Input("b", [4]), check.Input("c", [3, 1]), a, check.Input("d", [])]));
    }

    [Fact]
    public void Where_divides_the_gradient_between_its_branches()
    {
        var check = new GradientCheck(10);
        string a = check.Input("a", [2, 3, 4]), b = check.Input("b", [3, 1]);
        string condition = check.Node("Greater", [a, check.Constant(0.1f)]);
        check.Verify(check.Node("Where", [condition, a, b]));
    }

    [Fact]
    public void A_product_of_a_tensor_with_itself_counts_both_factors()
    {
        var check = new GradientCheck(11);
        string x = check.Input("x", [7]);
        check.Verify(check.Node("Mul", [x, x]));
    }

    private static (long[] A, long[] B) BroadcastShapes(Random random)
    {
        long[] full = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 5))];
        return (Side(), Side());

        long[] Side() => [.. full.Select(size => random.Next(3) == 0 ? 1 : size).Skip(random.Next(0, full.Length))];
    }
}
