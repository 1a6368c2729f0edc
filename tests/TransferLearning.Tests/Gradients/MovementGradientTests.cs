using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

/// <summary>Operators that read and write by index.</summary>
public sealed class MovementGradientTests
{
    [Fact]
    public void Gather_along_each_axis_with_repeated_and_negative_indices()
    {
        foreach (long axis in new long[] { 0, 1, -1 })
        {
            var check = new GradientCheck(1);
            string x = check.Input("x", [4, 3, 5]);
            check.Verify(
                check.Node("Gather", [x, check.Constant([2, 3], 0, 2, 1, -1, 2, 2)], A("axis", axis)),
                check.Node("Gather", [x, check.Constant([], -1)], A("axis", axis)),
                check.Node("Gather", [x, check.Constant([1], 1)], A("axis", axis)));
        }
    }

    /// <summary>As queries, keys and values are taken out of one product, or halves change places: no zeros are added up.</summary>
    [Fact]
    public void Parts_that_tile_a_tensor_are_put_side_by_side()
    {
        var check = new GradientCheck(7);
        string x = check.Input("x", [3, 4, 5]);
        string Part(long index) => check.Node("Gather", [x, check.Constant([], index)], A("axis", 0));
        string Run(long start, long end) => check.Node("Slice", [x, check.Constant(start), check.Constant(end), check.Constant(-1)]);
        check.Verify(Part(1), Part(-1), Part(0), Run(3, 9), Run(0, 3));
        Assert.Equal(2, check.Graph.Node.Count(node => node.OpType == "Concat"));
        Assert.DoesNotContain(check.Graph.Node, node => node.OpType == "Pad");
    }

    [Theory]
    [InlineData(0, 1, 1, 3)]
    [InlineData(0, 3, 2, 4)]
    [InlineData(1, 2, 2, 4)]
    [InlineData(0, 2, 2, 3)]
    [InlineData(0, 2, 0, 2)]
    public void Parts_that_overlap_or_leave_something_out_are_added_up(long start, long end, long other, long otherEnd)
    {
        var check = new GradientCheck(8);
        string x = check.Input("x", [3, 4, 2]);
        string Run(long from, long to) => check.Node("Slice", [x, check.Constant(from), check.Constant(to), check.Constant(1)]);
        check.Verify(Run(start, end), Run(other, otherEnd), check.Node("Tanh", [x]));
    }

    [Fact]
    public void Gather_element_by_element()
    {
        foreach (long axis in new long[] { 0, 1, -1 })
        {
            var check = new GradientCheck(2);
            string x = check.Input("x", [3, 4]), indices = check.Constant([2, 4], 0, 2, 1, -1, 2, 2, 0, 1);
            check.Verify(check.Node("GatherElements", [x, indices], A("axis", axis)));
        }
    }

    [Fact]
    public void Gather_of_blocks_by_coordinates()
    {
        var check = new GradientCheck(3);
        string x = check.Input("x", [2, 3, 4]);
        check.Verify(
            check.Node("GatherND", [x, check.Constant([3, 2], 0, 1, 1, -1, 0, 1)]),
            check.Node("GatherND", [x, check.Constant([2, 2, 1], 2, 2, 0, -1)], A("batch_dims", 1)),
            check.Node("GatherND", [x, check.Constant([2, 3], 0, 1, 3, -1, 0, 1)]));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("add")]
    public void Scatter_of_elements_and_of_blocks(string reduction)
    {
        var check = new GradientCheck(4);
        string x = check.Input("x", [4, 5]), updates = check.Input("updates", [2, 3]), rows = check.Input("rows", [2, 5]);
        check.Verify(
            check.Node(
                "ScatterElements", [x, check.Constant([2, 3], 0, 2, 4, -1, 1, 0), updates], A("axis", 1), A("reduction", reduction)),
            check.Node("ScatterND", [x, check.Constant([2, 1], 3, 0), rows], A("reduction", reduction)));
    }

    [Fact]
    public void Scatter_with_another_reduction_names_the_node()
    {
        var check = new GradientCheck(5);
        string x = check.Input("x", [4, 5]), updates = check.Input("updates", [1, 5]);
        string y = check.Node("ScatterND", [x, check.Constant([1, 1], 2), updates], A("reduction", "mul"));
        var error = Assert.Throws<UntrainableNodeException>(() => check.Gradient(x, y));
        Assert.Contains("'mul'", error.Message, StringComparison.Ordinal);
        Assert.Contains("(ScatterND)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Largest_and_smallest_elements(long largest)
    {
        var check = new GradientCheck(6);
        string x = check.Input("x", [3, 6, 2]);
        check.Verify(check.Nodes("TopK", [x, check.Constant(2)], 2, A("axis", 1), A("largest", largest))[0]);
    }

    [Fact]
    public void Cumulative_sums_in_both_directions_with_and_without_the_element_itself()
    {
        foreach (long exclusive in new long[] { 0, 1 })
        {
            foreach (long reverse in new long[] { 0, 1 })
            {
                var check = new GradientCheck(7);
                string[] inputs = [check.Input("x", [3, 4, 2]), check.Constant([], 1)];
                check.Verify(check.Node("CumSum", inputs, A("exclusive", exclusive), A("reverse", reverse)));
            }
        }
    }

    [Fact]
    public void Triangles_of_matrices()
    {
        var check = new GradientCheck(8);
        string x = check.Input("x", [2, 4, 5]);
        check.Verify(
            check.Node("Trilu", [x]), check.Node("Trilu", [x, check.Constant([], 1)], A("upper", 0)),
            check.Node("Trilu", [x, check.Constant([], -1)]));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cubic")]
    [InlineData("nearest")]
    public void Samples_at_the_places_of_a_grid(string mode)
    {
        foreach (string padding in new[] { "zeros", "border", "reflection" })
        {
            foreach (long aligned in new long[] { 0, 1 })
            {
                var check = new GradientCheck(31) { Opset = 21, Tolerance = 1e-4 };
                string x = check.Input("x", [2, 3, 4, 5]);
                string grid = mode == "nearest" ? "grid" : check.Input("grid", [2, 3, 2, 2], -1.3, 1.3);
                if (mode == "nearest")
                    check.Frozen("grid", [2, 3, 2, 2], -1.3, 1.3);
                check.Verify(check.Node(
                    "GridSample", [x, grid], A("mode", mode), A("padding_mode", padding), A("align_corners", aligned)));
            }
        }
    }

    [Fact]
    public void Remainders_of_a_division()
    {
        var check = new GradientCheck(32);
        check.Verify(check.Node("Mod", [check.Input("a", [2, 3, 4], -3, 3), check.Input("b", [3, 1], 0.6, 0.9)], A("fmod", 1)));
    }
}
