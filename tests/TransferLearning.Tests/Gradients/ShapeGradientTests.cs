using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class ShapeGradientTests
{
    [Fact]
    public void Reshaping_operators_pass_the_gradient_in_the_input_shape()
    {
        var check = new GradientCheck(1);
        string x = check.Input("x", [2, 1, 3, 4]);
        string a = check.Node("Flatten", [x], A("axis", 2));
        string b = check.Node("Squeeze", [x, check.Constant(1)]);
        string c = check.Node("Unsqueeze", [b, check.Constant(0, 4)]);
        string d = check.Node("Reshape", [c, check.Constant(0, -1, 6)]);
        string e = check.Node("Identity", [d]);
        check.Verify(a, b, c, d, e);
    }

    [Fact]
    public void Transpose_with_every_permutation_of_three_axes_and_by_default()
    {
        foreach (long[] permutation in new long[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            var check = new GradientCheck(2);
            check.Verify(check.Node("Transpose", [check.Input("x", [2, 3, 4])], A("perm", permutation)));
        }

        var reversal = new GradientCheck(2);
        reversal.Verify(reversal.Node("Transpose", [reversal.Input("x", [2, 3, 4])]));
    }

    [Fact]
    public void Concat_gives_each_input_its_part_even_when_one_comes_twice()
    {
        foreach (long axis in new long[] { 1, -2 })
        {
            var check = new GradientCheck(3);
            string a = check.Input("a", [2, 3, 4]), b = check.Input("b", [2, 1, 4]);
            check.Verify(check.Node("Concat", [a, b, a], A("axis", axis)));
        }
    }

    [Fact]
    public void Split_with_a_part_that_nobody_reads()
    {
        var check = new GradientCheck(4);
        string[] parts = check.Nodes("Split", [check.Input("x", [2, 7, 3]), check.Constant(2, 1, 4)], 3, A("axis", 1));
        check.Verify(parts[0], parts[2]);
    }

    [Fact]
    public void Slice_with_random_starts_ends_and_steps_of_either_sign()
    {
        var random = new Random(5);
        for (int i = 0; i < 60; i++)
        {
            long[] shape = [random.Next(3, 8), random.Next(3, 8), random.Next(3, 8)];
            long[] axes = random.Next(2) == 0 ? [0, 2] : [-1, 1];
            long[] steps = [Step(), Step()], starts = new long[2], ends = new long[2];
            for (int k = 0; k < 2; k++)
            {
                long size = shape[axes[k] < 0 ? axes[k] + 3 : axes[k]], low = random.Next(0, (int)size - 1), high = random.Next((int)low + 1, (int)size);
                (starts[k], ends[k]) = steps[k] > 0 ? (low, high + 1) : (high, low - 1 < 0 ? -size - 1 : low - 1);
                if (steps[k] > 0 && random.Next(2) == 0)
                    starts[k] -= size;
                if (steps[k] > 0 && random.Next(4) == 0)
                    ends[k] = long.MaxValue;
            }

            var check = new GradientCheck(i);
            string[] inputs = [check.Input("x", shape), check.Constant(starts), check.Constant(ends), check.Constant(axes), check.Constant(steps)];
            check.Verify(check.Node("Slice", inputs));
        }

        long Step() => random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1);
    }

    [Fact]
    public void Pad_with_positive_and_negative_borders()
    {
        var check = new GradientCheck(6);
        string x = check.Input("x", [2, 4, 5]);
        string y = check.Node("Pad", [x, check.Constant(0, 1, -2, 0, 2, 1)]);
        string z = check.Node("Pad", [x, check.Constant(1, 2, 0, -1), check.Constant(3f), check.Constant(-1, 0)], A("mode", "constant"));
        check.Verify(y, z);
    }

    [Fact]
    public void Expand_sums_over_the_repetitions()
    {
        var check = new GradientCheck(7);
        check.Verify(check.Node("Expand", [check.Input("x", [3, 1, 2]), check.Constant(4, 1, 5, 1)]));
    }

    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    public void Reductions_over_some_and_over_all_axes(string operatorType)
    {
        foreach (long keep in new long[] { 0, 1 })
        {
            var check = new GradientCheck(8);
            string x = check.Input("x", [2, 3, 4]);
            string some = check.Node(operatorType, [x, check.Constant(-1, 0)], A("keepdims", keep));
            string all = check.Node(operatorType, [x], A("keepdims", keep));
            check.Verify(some, all);
        }
    }

    [Fact]
    public void Channel_shuffle_as_ShuffleNet_writes_it()
    {
        var check = new GradientCheck(9);
        string x = check.Node("Reshape", [check.Input("x", [2, 6, 3, 3]), check.Constant(2, 3, 2, 3, 3)]);
        check.Verify(check.Node("Reshape", [check.Node("Transpose", [x], A("perm", 0, 2, 1, 3, 4)), check.Constant(2, 6, 3, 3)]));
    }
}
