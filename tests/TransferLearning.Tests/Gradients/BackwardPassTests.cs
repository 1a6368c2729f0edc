namespace TransferLearning.Tests.Gradients;

public sealed class BackwardPassTests
{
    [Fact]
    public void A_tensor_that_several_nodes_read_gets_the_sum_of_their_gradients()
    {
        var check = new GradientCheck(1);
        string x = check.Input("x", [4, 4]), w = check.Input("w", [4, 4]);
        string h = check.Node("Tanh", [check.Node("MatMul", [x, w])]);
        string a = check.Node("MatMul", [h, w]), b = check.Node("Mul", [h, a]);
        check.Verify(check.Node("Add", [check.Node("Add", [a, b]), h]), h);
    }

    [Fact]
    public void A_wanted_tensor_without_influence_gets_zeros_of_its_shape()
    {
        var check = new GradientCheck(2);
        string x = check.Input("x", [3]), unused = check.Input("unused", [2, 2]);
        check.Node("Exp", [unused]);
        var gradient = check.Gradient(unused, check.Node("Exp", [x]));
        Assert.Equal([2, 2], gradient.Shape);
        Assert.All(gradient.Data, value => Assert.Equal(0, value));
    }

    [Fact]
    public void No_gradient_passes_through_shapes_and_comparisons()
    {
        var check = new GradientCheck(3);
        string x = check.Input("x", [3, 4]);
        string shape = check.Node("Shape", [x]);
        string y = check.Node("Reshape", [check.Node("Exp", [x]), shape]);
        check.Verify(y);
    }

    [Fact]
    public void An_operator_without_a_gradient_is_named()
    {
        var check = new GradientCheck(4);
        check.Frozen("x", [1, 4, 4, 4], -1, 1);
        string w = check.Input("w", [4, 4, 1, 1]);
        string first = check.Node("Conv", ["x", w]);
        string normalized = check.Node("ReverseSequence", [first, check.Constant(1, 1, 1, 1)]);
        string second = check.Node("Conv", [normalized, w]);
        string y = check.Node("Flatten", [second]);
        var error = Assert.Throws<UntrainableNodeException>(() => check.Verify(y));
        Assert.Contains($"'{normalized}' (ReverseSequence)", error.Message, StringComparison.Ordinal);
        Assert.Equal($"node '{normalized}' (ReverseSequence)", error.Node);
    }

    [Fact]
    public void An_operator_without_a_gradient_is_no_error_where_nothing_before_it_trains()
    {
        var check = new GradientCheck(5);
        check.Frozen("x", [2, 3], -1, 1);
        string w = check.Input("w", [3, 2]);
        check.Verify(check.Node("MatMul", [check.Node("ReverseSequence", ["x", check.Constant(1, 1, 1)]), w]));
    }
}
