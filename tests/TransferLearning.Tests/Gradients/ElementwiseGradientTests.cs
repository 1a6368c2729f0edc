using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class ElementwiseGradientTests
{
    [Theory]
    [InlineData("Abs")]
    [InlineData("Asinh")]
    [InlineData("Atan")]
    [InlineData("Celu")]
    [InlineData("Cos")]
    [InlineData("Elu")]
    [InlineData("Erf")]
    [InlineData("Exp")]
    [InlineData("Gelu")]
    [InlineData("HardSigmoid")]
    [InlineData("HardSwish")]
    [InlineData("LeakyRelu")]
    [InlineData("Mish")]
    [InlineData("Neg")]
    [InlineData("Relu")]
    [InlineData("Selu")]
    [InlineData("Shrink")]
    [InlineData("Sigmoid")]
    [InlineData("Sin")]
    [InlineData("Softplus")]
    [InlineData("Softsign")]
    [InlineData("Swish", 24)]
    [InlineData("Tanh")]
    [InlineData("ThresholdedRelu")]
    public void Functions_of_any_number(string operatorType, int opset = BackwardPass.Opset)
    {
        var check = new GradientCheck(1) { Opset = opset };
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

    [Theory]
    [InlineData("Acos")]
    [InlineData("Asin")]
    [InlineData("Atanh")]
    [InlineData("Cosh")]
    [InlineData("Sinh")]
    [InlineData("Tan")]
    public void Functions_of_small_numbers(string operatorType)
    {
        var check = new GradientCheck(12);
        check.Verify(check.Node(operatorType, [check.Input("x", [3, 4, 5], -0.8, 0.8)]));
    }

    [Fact]
    public void Area_hyperbolic_cosine_of_numbers_above_one()
    {
        var check = new GradientCheck(13);
        check.Verify(check.Node("Acosh", [check.Input("x", [3, 4], 1.5, 4)]));
    }

    [Fact]
    public void Parametric_relu_trains_its_slopes_for_each_shape_that_broadcasts()
    {
        foreach (long[] slope in new long[][] { [4, 1, 1], [1], [5], [2, 4, 3, 5], [] })
        {
            var check = new GradientCheck(14);
            check.Verify(check.Node("PRelu", [check.Input("x", [2, 4, 3, 5]), check.Input("slope", slope)]));
        }
    }

    [Theory]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("Mean")]
    public void Extremum_and_mean_of_several_operands(string operatorType)
    {
        var check = new GradientCheck(15);
        string[] operands = [check.Input("a", [2, 3, 4]), check.Input("b", [3, 1]), check.Input("c", [4]), check.Constant(0.2f)];
        check.Verify(check.Node(operatorType, operands), check.Node(operatorType, [operands[0]]));
    }

    [Fact]
    public void Operands_that_tie_share_the_gradient()
    {
        var check = new GradientCheck(16);
        string a = check.Input("a", new ReferenceTensor([3], [1, 2, 3])), b = check.Input("b", new ReferenceTensor([3], [1, 3, 2]));
        string y = check.Node("Max", [a, b]);
        double[] da = check.Gradient(a, y).Data;
        Assert.Equal(0, da[1]);
        Assert.NotEqual(0, da[2]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-2)]
    public void Powers_with_whole_exponents_of_negative_numbers(long exponent)
    {
        var check = new GradientCheck(17);
        string x = check.Input("x", new ReferenceTensor([4], [-2, -0.5, 1.5, 3]));
        check.Verify(check.Node("Pow", [x, check.Constant([], exponent)]), check.Node("Pow", [x, check.Constant((float)exponent)]));
    }

    [Fact]
    public void A_square_is_flat_at_zero()
    {
        var check = new GradientCheck(18);
        string x = check.Input("x", new ReferenceTensor([2], [0, 1]));
        Assert.Equal(0, check.Gradient(x, check.Node("Pow", [x, check.Constant([], 2)])).Data[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bounds_of_a_clip_get_the_gradients_of_what_they_hold(bool forAccelerator)
    {
        var check = new GradientCheck(19) { ForAccelerator = forAccelerator };
        string low = check.Input("low", [], -0.5, -0.4), high = check.Input("high", [], 0.4, 0.5);
        check.Verify(check.Node("Clip", [check.Input("x", [40]), low, high]));
    }

    [Fact]
    public void Casts_between_floating_point_types_pass_the_gradient_and_casts_to_integers_do_not()
    {
        var check = new GradientCheck(20);
        string x = check.Input("x", [7], -3, 3);
        string y = check.Node("Cast", [check.Node("Sin", [x])], A("to", 1));
        check.Verify(check.Node("Mul", [y, check.Node("CastLike", [x, y])]));

        var whole = new GradientCheck(20);
        string z = whole.Input("z", [3], 0.1, 0.9);
        string floor = whole.Node("Floor", [z]), integer = whole.Node("Cast", [floor], A("to", 7));
        whole.Verify(whole.Node("Add", [whole.Node("Cast", [integer], A("to", 1)), z]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parameters_of_activations_are_respected(bool forAccelerator)
    {
        var check = new GradientCheck(3) { ForAccelerator = forAccelerator };
        string x = check.Input("x", [50], -3, 3);
        string y = check.Node("LeakyRelu", [x], A("alpha", 0.3f));
        string z = check.Node("Elu", [y], A("alpha", 0.7f));
        string v = check.Node("HardSigmoid", [z], A("alpha", 0.4f), A("beta", 0.3f));
        string u = check.Node("Celu", [x], A("alpha", 0.6f)), t = check.Node("ThresholdedRelu", [x], A("alpha", 0.3f));
        string s = check.Node("Shrink", [x], A("lambd", 0.7f), A("bias", 0.2f));
        check.Verify(check.Node("Gelu", [v], A("approximate", "tanh")), z, u, t, s);
    }

    [Fact]
    public void Gelu_written_with_Erf_as_exporters_do()
    {
        var check = new GradientCheck(4);
        string x = check.Input("x", [4, 6], -3, 3);
        string erf = check.Node("Erf", [check.Node("Div", [x, check.Constant(1.4142135f)])]);
        string cumulative = check.Node("Add", [erf, check.Constant(1f)]);
        check.Verify(check.Node("Mul", [check.Node("Mul", [x, cumulative]), check.Constant(0.5f)]));
    }

    [Fact]
    public void SiLU_is_a_product_with_a_Sigmoid()
    {
        var check = new GradientCheck(5);
        string x = check.Input("x", [4, 6], -4, 4);
        check.Verify(check.Node("Mul", [x, check.Node("Sigmoid", [x])]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clip_with_two_one_and_no_bounds(bool forAccelerator)
    {
        foreach (bool hasLow in new[] { true, false })
        {
            foreach (bool hasHigh in new[] { true, false })
            {
                var check = new GradientCheck(6) { ForAccelerator = forAccelerator };
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
