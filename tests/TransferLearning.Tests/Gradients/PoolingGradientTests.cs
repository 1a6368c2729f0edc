using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class PoolingGradientTests
{
    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("LpPool")]
    public void Random_windows(string operatorType)
    {
        var random = new Random(21);
        for (int i = 0; i < 60; i++)
        {
            long kernelHeight = random.Next(1, 4), kernelWidth = random.Next(1, 4), dilation = random.Next(1, 3);
            long[] pads = [.. new[] { kernelHeight, kernelWidth, kernelHeight, kernelWidth }.Select(k => (long)random.Next(0, (int)k))];
            var check = new GradientCheck(i);
            string x = check.Input("x", [random.Next(1, 3), random.Next(1, 4), random.Next(5, 10), random.Next(5, 10)]);
            var attributes = new List<TransferLearning.Onnx.Protobuf.AttributeProto>
            {
                A("kernel_shape", kernelHeight, kernelWidth), A("strides", random.Next(1, 4), random.Next(1, 4)), A("pads", pads),
                A("dilations", dilation, dilation),
                A("ceil_mode", operatorType == "LpPool" ? 0 : random.Next(2)), // kernel and specification differ on LpPool's last window
            };
            if (operatorType == "AveragePool")
                attributes.Add(A("count_include_pad", random.Next(2)));
            if (operatorType == "LpPool")
                attributes.Add(A("p", random.Next(1, 4)));
            check.Verify(check.Node(operatorType, [x], [.. attributes]));
        }
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("LpPool")]
    public void Automatic_padding_and_one_spatial_axis(string operatorType)
    {
        foreach (string autoPad in new[] { "SAME_UPPER", "SAME_LOWER", "VALID" })
        {
            var check = new GradientCheck(22);
            string x = check.Input("x", [2, 3, 7, 6]), row = check.Input("row", [2, 3, 9]);
            string y = check.Node(operatorType, [x], A("kernel_shape", 2, 3), A("strides", 2, 2), A("auto_pad", autoPad));
            string z = check.Node(operatorType, [row], A("kernel_shape", [3]), A("strides", [2]));
            check.Verify(y, z);
        }
    }

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    public void Global_pooling(string operatorType)
    {
        var check = new GradientCheck(23);
        check.Verify(check.Node(operatorType, [check.Input("x", [3, 4, 5, 6])]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Global_norms(long p)
    {
        var check = new GradientCheck(25);
        check.Verify(check.Node("GlobalLpPool", [check.Input("x", [3, 4, 5, 6])], A("p", p)));
    }

    [Fact]
    public void Global_maxima_that_tie_share_the_gradient()
    {
        var check = new GradientCheck(24);
        string x = check.Input("x", new ReferenceTensor([1, 1, 1, 4], [2, 5, 5, 1]));
        double[] gradient = check.Gradient(x, check.Node("GlobalMaxPool", [x])).Data;
        Assert.Equal(gradient[1], gradient[2]);
        Assert.Equal([0, 0], [gradient[0], gradient[3]]);
    }
}
