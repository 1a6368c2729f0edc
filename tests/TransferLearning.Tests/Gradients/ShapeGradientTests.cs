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
                long size = shape[axes[k] < 0 ? axes[k] + 3 : axes[k]];
                long low = random.Next(0, (int)size - 1), high = random.Next((int)low + 1, (int)size);
                (starts[k], ends[k]) = steps[k] > 0 ? (low, high + 1) : (high, low - 1 < 0 ? -size - 1 : low - 1);
                if (steps[k] > 0 && random.Next(2) == 0)
                    starts[k] -= size;
                if (steps[k] > 0 && random.Next(4) == 0)
                    ends[k] = long.MaxValue;
            }

            var check = new GradientCheck(i);
            string x = check.Input("x", shape);
            string[] ranges = [check.Constant(starts), check.Constant(ends), check.Constant(axes), check.Constant(steps)];
            check.Verify(check.Node("Slice", [x, .. ranges]));
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
    [InlineData("edge")]
    [InlineData("reflect")]
    [InlineData("wrap")]
    public void Pad_with_copies_of_the_tensor(string mode)
    {
        var check = new GradientCheck(10);
        string x = check.Input("x", [2, 3, 4, 5]);
        string y = check.Node("Pad", [x, check.Constant(0, 0, 3, 2, 0, 0, 1, 4)], A("mode", mode));
        string z = check.Node("Pad", [x, check.Constant(1, 2), "", check.Constant(-2)], A("mode", mode));
        check.Verify(y, z);
    }

    [Fact]
    public void Tile_sums_over_the_copies()
    {
        var check = new GradientCheck(11);
        check.Verify(check.Node("Tile", [check.Input("x", [2, 1, 3]), check.Constant(2, 4, 3)]));
    }

    [Theory]
    [InlineData("DCR")]
    [InlineData("CRD")]
    public void Depth_to_space_and_back(string mode)
    {
        var check = new GradientCheck(13);
        string y = check.Node("DepthToSpace", [check.Input("x", [2, 12, 3, 2])], A("blocksize", 2), A("mode", mode));
        string z = check.Node("SpaceToDepth", [check.Input("w", [2, 3, 4, 6])], A("blocksize", 2));
        check.Verify(y, z);
    }

    [Theory]
    [InlineData("nearest", "asymmetric", "floor")]
    [InlineData("nearest", "half_pixel", "round_prefer_floor")]
    [InlineData("nearest", "half_pixel", "round_prefer_ceil")]
    [InlineData("nearest", "pytorch_half_pixel", "ceil")]
    [InlineData("linear", "half_pixel", "floor")]
    [InlineData("linear", "pytorch_half_pixel", "floor")]
    [InlineData("linear", "align_corners", "floor")]
    [InlineData("linear", "asymmetric", "floor")]
    [InlineData("cubic", "half_pixel", "floor")]
    [InlineData("cubic", "align_corners", "floor")]
    public void Resize_up_and_down_by_scales_and_to_sizes(string mode, string coordinates, string rounding)
    {
        var check = new GradientCheck(14);
        string x = check.Input("x", [2, 3, 5, 6]);
        var attributes = new[] { A("mode", mode), A("coordinate_transformation_mode", coordinates), A("nearest_mode", rounding) };
        check.Verify(
            Resize(x, "", check.Constant([1, 1, 2f, 3f])),
            Resize(x, "", check.Constant([1, 1, 0.7f, 1.5f])),
            Resize(x, "", "", check.Constant(2, 3, 12, 4)));

        string Resize(params string[] inputs) => check.Node("Resize", inputs, [.. attributes.Select(attribute => attribute.Clone())]);
    }

    [Fact]
    public void Cubic_resize_may_leave_out_what_lies_outside()
    {
        var check = new GradientCheck(15);
        string[] inputs = [check.Input("x", [1, 2, 5, 6]), "", "", check.Constant(1, 2, 9, 13)];
        check.Verify(check.Node("Resize", inputs, A("mode", "cubic"), A("exclude_outside", 1), A("cubic_coeff_a", -0.5f)));
    }

    [Theory]
    [InlineData("ReduceL1")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceLogSumExp")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceSum")]
    [InlineData("ReduceSumSquare")]
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
    public void Logarithm_of_a_sum()
    {
        var check = new GradientCheck(16);
        string x = check.Input("x", [2, 3, 4], 0.5, 2);
        check.Verify(
            check.Node("ReduceLogSum", [x, check.Constant(1)], A("keepdims", 0)), check.Node("ReduceLogSum", [x, check.Constant(0, 2)]));
    }

    [Fact]
    public void A_product_with_zeros_has_the_gradient_of_the_other_factors()
    {
        var check = new GradientCheck(17);
        string x = check.Input("x", new ReferenceTensor([3, 3], [0, 2, 3, 0, 0, 5, 1, 2, 4]));
        check.Verify(check.Node("ReduceProd", [x, check.Constant(1)]));
    }

    [Fact]
    public void A_norm_of_zero_passes_nothing()
    {
        var check = new GradientCheck(18);
        string x = check.Input("x", new ReferenceTensor([2, 2], [0, 0, 3, 4]));
        Assert.Equal([0, 0], check.Gradient(x, check.Node("ReduceL2", [x, check.Constant(1)])).Data[..2]);
    }

    [Fact]
    public void Channel_shuffle_as_ShuffleNet_writes_it()
    {
        var check = new GradientCheck(9);
        string x = check.Node("Reshape", [check.Input("x", [2, 6, 3, 3]), check.Constant(2, 3, 2, 3, 3)]);
        check.Verify(check.Node("Reshape", [check.Node("Transpose", [x], A("perm", 0, 2, 1, 3, 4)), check.Constant(2, 6, 3, 3)]));
    }
}
