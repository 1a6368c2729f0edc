using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.Gradients;
using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Training.Layout;

/// <summary>
/// A folded graph computes what the original one does, and so do its gradients, against central differences of the original.
/// </summary>
public sealed class BatchFoldingTests
{
    [Theory]
    [InlineData("pointwise", 1, 1, 1, 0)]
    [InlineData("pointwise with stride", 1, 2, 1, 0)]
    [InlineData("pointwise with padding", 1, 1, 1, 1)]
    [InlineData("dense", 3, 1, 1, 1)]
    [InlineData("dense with stride", 3, 2, 1, 1)]
    [InlineData("dense, even kernel", 2, 1, 1, 0)]
    [InlineData("grouped", 3, 1, 2, 1)]
    [InlineData("grouped with stride", 3, 2, 2, 1)]
    [InlineData("depthwise", 3, 1, 4, 1)]
    [InlineData("depthwise with stride", 3, 2, 4, 1)]
    [InlineData("depthwise with long stride and no padding", 2, 3, 4, 0)]
    [InlineData("depthwise, large kernel", 5, 1, 4, 2)]
    public void Convolutions(string title, long kernel, long stride, long group, long pad)
    {
        Assert.NotEmpty(title);
        var check = new GradientCheck(1) { Folded = ["x"] };
        string x = check.Input("x", [3, 4, 7, 6]), w = check.Input("w", [4, 4 / group, kernel, kernel]), b = check.Input("b", [4]);
        string y = check.Node(
            "Conv", [x, w, b], A("group", group), A("strides", stride, stride), A("pads", pad, pad, pad, pad),
                A("kernel_shape", kernel, kernel));
        string z = check.Node("Conv", [check.Node("Tanh", [y]), check.Input("v", [5, 4, 1, 1])]);
        check.Verify(z);
    }

    /// <summary>
    /// Maps as in the first half of a network: with a stride the phases of the input are channels, and no gradient is a convolution with a
    /// kernel as large as the image, or one that gathers.
    /// </summary>
    [Theory]
    [InlineData(3, 1, 1, 1, 15, 16)]
    [InlineData(3, 1, 0, 0, 16, 17)]
    [InlineData(5, 1, 2, 2, 15, 16)]
    [InlineData(3, 2, 1, 1, 18, 17)]
    [InlineData(3, 2, 0, 1, 18, 20)]
    [InlineData(3, 2, 1, 0, 19, 20)]
    [InlineData(5, 2, 2, 2, 17, 18)]
    [InlineData(4, 2, 1, 1, 18, 18)]
    [InlineData(2, 3, 0, 0, 25, 26)]
    [InlineData(7, 4, 3, 2, 26, 27)]
    public void Depthwise_convolutions_over_many_places(long kernel, long stride, long before, long after, long height, long width)
    {
        var check = new GradientCheck(6) { Folded = ["x"] };
        string x = check.Input("x", [3, 4, height, width]), w = check.Input("w", [4, 1, kernel, kernel]), b = check.Input("b", [4]);
        string y = check.Node(
            "Conv", [x, w, b], A("group", 4), A("strides", stride, stride), A("pads", before, before, after, after),
            A("kernel_shape", kernel, kernel));
        check.Verify(check.Node("Conv", [check.Node("Tanh", [y]), check.Input("v", [2, 4, 1, 1])]));
        Assert.DoesNotContain(check.Graph.Node, node => node.OpType == "ConvTranspose");
        Assert.DoesNotContain(check.Graph.Node, node => node.OpType == "Conv" && node.Ints("kernel_shape")?.Max() > kernel);
    }

    /// <summary>As in the last layers of a network: the images are turned instead of the kernel.</summary>
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(0, 2, 3)]
    [InlineData(2, 0, 3)]
    [InlineData(1, 2, 4)]
    public void Kernels_larger_than_all_images(long before, long after, long kernel)
    {
        var check = new GradientCheck(9) { Folded = ["x"] };
        string x = check.Input("x", [2, 8, 3, 2]), w = check.Input("w", [8, 8, kernel, 3]);
        string y = check.Node("Conv", [x, w], A("pads", before, 1, after, 1), A("kernel_shape", kernel, 3));
        check.Verify(check.Node("Conv", [check.Node("Tanh", [y]), check.Input("v", [2, 8, 1, 1])]));
        Assert.DoesNotContain(
            check.Graph.Node, node => node.OpType == "Slice" && node.Input[0].StartsWith("Transpose", StringComparison.Ordinal));
    }

    [Fact]
    public void Dilations_and_uneven_padding()
    {
        var check = new GradientCheck(2) { Folded = ["x"] };
        string x = check.Input("x", [3, 2, 7, 8]), w = check.Input("w", [3, 2, 2, 3]);
        check.Verify(check.Node("Conv", [x, w], A("dilations", 3, 2), A("pads", 0, 1, 2, 3)));
    }

    [Fact]
    public void A_residual_block_with_frozen_normalization_and_a_gate_for_each_image()
    {
        var check = new GradientCheck(3) { Folded = ["x"] };
        string x = check.Input("x", [3, 4, 5, 6]);
        string y = check.Node("Conv", [x, check.Input("w", [4, 4, 3, 3])], A("pads", 1, 1, 1, 1));
        check.Frozen("mean", [4], -1, 1);
        check.Frozen("variance", [4], 0.5, 2);
        y = check.Node("BatchNormalization", [y, check.Input("scale", [4], 0.5, 2), check.Input("bias", [4]), "mean", "variance"]);
        string gate = check.Node("Conv", [check.Node("GlobalAveragePool", [y]), check.Input("squeeze", [4, 4, 1, 1])]);
        y = check.Node("Mul", [y, check.Node("Sigmoid", [gate])]);
        y = check.Node("Add", [check.Node("Mul", [y, check.Input("gamma", [4, 1, 1])]), x]);
        string features = check.Node("Flatten", [check.Node("GlobalAveragePool", [check.Node("Relu", [y])])]);
        check.Verify(check.Node("Gemm", [features, check.Input("classifier", [4, 3])]));
    }

    [Fact]
    public void Branches_that_join_along_the_channels()
    {
        var check = new GradientCheck(4) { Folded = ["x"] };
        string x = check.Input("x", [3, 4, 5, 5]);
        string a = check.Node("Conv", [x, check.Input("wa", [2, 4, 1, 1])]), b =
            check.Node("Conv", [x, check.Input("wb", [3, 4, 3, 3])], A("pads", 1, 1, 1, 1));
        string pooled = check.Node("MaxPool", [x], A("kernel_shape", 3, 3), A("pads", 1, 1, 1, 1));
        string joined = check.Node("Concat", [a, b, pooled], A("axis", 1));
        check.Verify(check.Node("Conv", [joined, check.Input("v", [2, 9, 1, 1])]), joined);
    }

    [Fact]
    public void Statistics_of_the_batch_are_the_same_in_both_layouts()
    {
        var check = new GradientCheck(5) { Folded = ["x"] };
        string x = check.Input("x", [3, 4, 5, 5]), axes = check.Constant(0, 2, 3);
        string y = check.Node("Conv", [x, check.Input("w", [4, 4, 1, 1])]);
        string mean = check.Node("ReduceMean", [y, axes]), centred = check.Node("Sub", [y, mean]);
        string variance = check.Node("ReduceMean", [check.Node("Mul", [centred, centred]), axes]);
        string deviation = check.Node("Sqrt", [check.Node("Add", [variance, check.Constant(1e-3f)])]);
        string normalized = check.Node("Mul", [check.Node("Div", [centred, deviation]), check.Input("scale", [4, 1, 1])]);
        check.Verify(check.Node("Conv", [normalized, check.Input("v", [2, 4, 1, 1])]), mean, variance);
    }

    [Fact]
    public void A_tail_of_pointwise_convolutions_moves_its_input_once_and_nothing_else()
    {
        var builder = new GraphBuilder(new GraphProto { Name = "tail" }, "");
        builder.Input("x", TensorProto.Types.DataType.Float, 8, 4, 3, 3);
        builder.Input("w", TensorProto.Types.DataType.Float, 4, 4, 1, 1);
        string y = builder.Add("Relu", [builder.Add("Conv", ["x", "w"])]);
        string z = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [builder.Add("Conv", [y, "w"])])]);
        var shapes = new Dictionary<string, long[]> { ["x"] = [8, 4, 3, 3], ["w"] = [4, 4, 1, 1], [z] = [8, 4] };
        foreach (var node in builder.Graph.Node)
            shapes.TryAdd(node.Output[0], node.OpType == "GlobalAveragePool" ? [8, 4, 1, 1] : [8, 4, 3, 3]);
        BatchFolding.Apply(builder, shapes, ["w"], [z]);
        Assert.Equal(
            ["Transpose", "Reshape", "Conv", "Relu", "Conv", "ReduceMean", "Reshape", "Transpose", "Flatten"],
            builder.Graph.Node.Select(node => node.OpType));
        Assert.All(builder.Graph.Node.SelectMany(node => node.Output), output => Assert.Contains(output, shapes));
    }

    [Fact]
    public void A_batch_of_one_image_is_left_alone()
    {
        var builder = new GraphBuilder(new GraphProto { Name = "one" }, "");
        builder.Input("x", TensorProto.Types.DataType.Float, 1, 4, 3, 3);
        builder.Input("w", TensorProto.Types.DataType.Float, 4, 4, 1, 1);
        string y = builder.Add("Conv", ["x", "w"]);
        var shapes = new Dictionary<string, long[]> { ["x"] = [1, 4, 3, 3], ["w"] = [4, 4, 1, 1], [y] = [1, 4, 3, 3] };
        BatchFolding.Apply(builder, shapes, ["w"], [y]);
        Assert.Equal(["Conv"], builder.Graph.Node.Select(node => node.OpType));
    }
}
