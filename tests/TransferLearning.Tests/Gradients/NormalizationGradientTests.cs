using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class NormalizationGradientTests
{
    [Fact]
    public void Batch_normalization_with_frozen_statistics_trains_scale_bias_and_input()
    {
        foreach (long[] shape in new long[][] { [3, 4, 5, 2], [6, 4], [2, 4, 3] })
        {
            var check = new GradientCheck(1);
            string[] inputs = [check.Input("x", shape), check.Input("scale", [4], 0.5, 2), check.Input("bias", [4])];
            check.Frozen("mean", [4], -1, 1);
            check.Frozen("variance", [4], 0.5, 2);
            check.Verify(check.Node("BatchNormalization", [.. inputs, "mean", "variance"], A("epsilon", 1e-2f)));
        }
    }

    [Fact]
    public void Batch_normalization_with_computed_statistics_trains_through_them()
    {
        var check = new GradientCheck(14);
        string[] inputs = [check.Input("x", [3, 4, 5, 2]), check.Input("scale", [4], 0.5, 2), check.Input("bias", [4])];
        string mean = check.Node("Tanh", [check.Input("mean", [4])]), variance = check.Node("Exp", [check.Input("variance", [4])]);
        check.Verify(check.Node("BatchNormalization", [.. inputs, mean, variance]));
    }

    [Fact]
    public void Batch_normalization_in_training_mode_trains_through_its_statistics()
    {
        foreach (long[] shape in new long[][] { [3, 4, 5, 2], [6, 4] })
        {
            var check = new GradientCheck(13);
            string[] inputs = [check.Input("x", shape, -2, 2), check.Input("scale", [4], 0.5, 2), check.Input("bias", [4])];
            check.Frozen("mean", [4], -1, 1);
            check.Frozen("variance", [4], 0.5, 2);
            check.Verify(check.Nodes("BatchNormalization", [.. inputs, "mean", "variance"], 3, A("training_mode", 1))[0]);
        }
    }

    [Fact]
    public void Batch_normalization_that_is_written_out_with_ReduceMean_trains_through_its_statistics()
    {
        var check = new GradientCheck(2);
        string x = check.Input("x", [5, 3], -2, 2), axes = check.Constant(0);
        string centred = check.Node("Sub", [x, check.Node("ReduceMean", [x, axes])]);
        string variance = check.Node("ReduceMean", [check.Node("Mul", [centred, centred]), axes]);
        string deviation = check.Node("Sqrt", [check.Node("Add", [variance, check.Constant(1e-3f)])]);
        string normalized = check.Node("Div", [centred, deviation]);
        check.Verify(check.Node("Add", [check.Node("Mul", [normalized, check.Input("scale", [3])]), check.Input("bias", [3])]));
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void Softmax_along_each_axis(string operatorType)
    {
        foreach (long axis in new long[] { 0, 1, -1 })
        {
            var check = new GradientCheck(3);
            check.Verify(check.Node(operatorType, [check.Input("x", [3, 4, 5], -2, 2)], A("axis", axis)));
        }
    }

    [Fact]
    public void Layer_normalization_over_some_axes_with_and_without_bias()
    {
        foreach (long axis in new long[] { -1, 1, 2, -2 })
        {
            long[] shape = [3, 4, 5, 2], normalized = shape[(int)(axis < 0 ? axis + 4 : axis)..];
            var check = new GradientCheck(4);
            string x = check.Input("x", shape, -2, 2), scale = check.Input("scale", normalized), bias = check.Input("bias", normalized);
            check.Verify(
                check.Node("LayerNormalization", [x, scale, bias], A("axis", axis), A("epsilon", 1e-2f)),
                check.Node("LayerNormalization", [x, scale], A("axis", axis)));
        }
    }

    [Fact]
    public void Mean_and_inverse_deviation_of_a_layer_normalization_are_outputs_with_gradients()
    {
        var check = new GradientCheck(5);
        string[] inputs = [check.Input("x", [3, 6], -2, 2), check.Input("scale", [6]), check.Input("bias", [6])];
        string[] outputs = check.Nodes("LayerNormalization", inputs, 3);
        check.Verify(outputs);
        var only = new GradientCheck(6);
        inputs = [only.Input("x", [3, 6], -2, 2), only.Input("scale", [6])];
        only.Verify(only.Nodes("LayerNormalization", inputs, 3)[2]);
    }

    [Fact]
    public void Normalization_by_the_root_mean_square()
    {
        foreach (long axis in new long[] { -1, 1 })
        {
            var check = new GradientCheck(7) { Opset = 23 };
            string x = check.Input("x", [2, 3, 5], -2, 2), scale = check.Input("scale", axis == 1 ? [3, 5] : [5]);
            check.Verify(check.Node("RMSNormalization", [x, scale], A("axis", axis), A("epsilon", 1e-3f)));
        }
    }

    [Fact]
    public void Instance_normalization_over_the_places_of_each_channel()
    {
        foreach (long[] shape in new long[][] { [2, 3, 4, 5], [3, 3, 7] })
        {
            var check = new GradientCheck(8);
            string[] inputs = [check.Input("x", shape, -2, 2), check.Input("scale", [3]), check.Input("bias", [3])];
            check.Verify(check.Node("InstanceNormalization", inputs, A("epsilon", 1e-3f)));
        }
    }

    [Fact]
    public void Group_normalization_over_the_places_of_each_group()
    {
        foreach (long groups in new long[] { 1, 2, 6 })
        {
            var check = new GradientCheck(9);
            string[] inputs = [check.Input("x", [2, 6, 3, 4], -2, 2), check.Input("scale", [6]), check.Input("bias", [6])];
            check.Verify(check.Node("GroupNormalization", inputs, A("num_groups", groups)));
        }
    }

    [Fact]
    public void Normalization_by_mean_and_variance()
    {
        var check = new GradientCheck(10);
        string x = check.Input("x", [2, 3, 4, 5], -2, 2);
        check.Verify(
            check.Node("MeanVarianceNormalization", [x]), check.Node("MeanVarianceNormalization", [x], A("axes", 2, 3)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Normalization_to_a_norm_of_one(long p)
    {
        foreach (long axis in new long[] { -1, 1 })
        {
            var check = new GradientCheck(11);
            check.Verify(check.Node("LpNormalization", [check.Input("x", [3, 4, 5], -2, 2)], A("p", p), A("axis", axis)));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public void Local_response_normalization_over_neighbouring_channels(long size)
    {
        var check = new GradientCheck(12);
        string x = check.Input("x", [2, 8, 3, 3], -2, 2);
        check.Verify(check.Node("LRN", [x], A("size", size), A("alpha", 0.3f), A("beta", 0.6f), A("bias", 1.5f)));
    }
}
