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
}
