using static TransferLearning.Tests.Gradients.GradientCheck;

namespace TransferLearning.Tests.Gradients;

public sealed class ConvGradientTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(1, 0, 2)]
    public void Depthwise_convolution(long kernel, long pad, long stride = 1) =>
        Verify(3, new Geometry(3, 5, 5, 8, 9, kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad, Group: 5));

    [Fact]
    public void Pointwise_convolution() => Verify(1, new Geometry(3, 4, 6, 5, 4, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, Group: 1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_geometries(bool forAccelerator)
    {
        var random = new Random(17);
        for (int i = 0; i < 120; i++)
        {
            int group = random.Next(1, 4);
            var g = new Geometry(
                random.Next(1, 4), group * random.Next(1, 4), group * random.Next(1, 4), random.Next(5, 10), random.Next(5, 10),
                random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 3), random.Next(1, 3),
                random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), group);
            Verify(i, g, forAccelerator);
        }
    }

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("VALID")]
    public void Automatic_padding(string autoPad)
    {
        foreach (long stride in new long[] { 1, 2 })
        {
            var check = new GradientCheck(5);
            string x = check.Input("x", [2, 3, 7, 6]), w = check.Input("w", [4, 3, 4, 3]);
            check.Verify(check.Node("Conv", [x, w], A("auto_pad", autoPad), A("strides", stride, stride), A("kernel_shape", 4, 3)));
        }
    }

    [Theory]
    [InlineData(4, 4, 4)]
    [InlineData(4, 6, 1)]
    [InlineData(4, 8, 4)]
    [InlineData(4, 6, 2)]
    [InlineData(4, 8, 4, true, 60)]
    [InlineData(4, 6, 2, true)]
    public void Interleaved_images_in_one_wide_image(
        long inputs, long outputs, long group, bool forAccelerator = false, long columns = 4)
    {
        const long images = 5;
        foreach (long stride in new long[] { 1, 2 })
        {
            var check = new GradientCheck(9) { ForAccelerator = forAccelerator };
            string x = check.Input("x", [1, inputs, 6, columns * images]), w = check.Input("w", [outputs, inputs / group, 3, 3]);
            check.Verify(check.Node(
                "Conv", [x, w], A("group", group), A("strides", stride, 1), A("dilations", 1, images), A("pads", 1, images, 0, images)));
        }
    }

    [Fact]
    public void Grouped_pointwise_convolution_of_one_image()
    {
        var check = new GradientCheck(10);
        string x = check.Input("x", [1, 6, 3, 4]), w = check.Input("w", [9, 2, 1, 1]), b = check.Input("b", [9]);
        check.Verify(check.Node("Conv", [x, w, b], A("group", 3)));
    }

    [Fact]
    public void Transposed_convolution_with_random_geometries()
    {
        var random = new Random(18);
        for (int i = 0; i < 60; i++)
        {
            long group = random.Next(1, 4), inputs = group * random.Next(1, 4), outputs = random.Next(1, 4);
            long[] strides = [random.Next(1, 4), random.Next(1, 4)], kernel = [random.Next(1, 4), random.Next(1, 4)];
            long[] pads = [.. kernel.Concat(kernel).Select(size => (long)random.Next(0, (int)size))];
            long[] added = [.. strides.Select(stride => (long)random.Next(0, (int)stride))];
            var check = new GradientCheck(i);
            string x = check.Input("x", [random.Next(1, 3), inputs, random.Next(2, 6), random.Next(2, 6)]);
            string w = check.Input("w", [inputs, outputs, .. kernel]), b = check.Input("b", [outputs * group]);
            check.Verify(check.Node(
                "ConvTranspose", [x, w, b], A("group", group), A("strides", strides), A("pads", pads), A("output_padding", added),
                A("dilations", random.Next(1, 3), random.Next(1, 3))));
        }
    }

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("NOTSET")]
    public void Transposed_convolution_with_automatic_padding(string autoPad)
    {
        var check = new GradientCheck(19);
        string x = check.Input("x", [2, 3, 4, 5]), w = check.Input("w", [3, 2, 4, 3]);
        check.Verify(check.Node("ConvTranspose", [x, w], A("auto_pad", autoPad), A("strides", 2, 2), A("output_shape", 8, 10)));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 1)]
    public void One_spatial_axis(bool forAccelerator, long channelsOfGroup)
    {
        var check = new GradientCheck(8) { ForAccelerator = forAccelerator };
        string x = check.Input("x", [2, 2 * channelsOfGroup, 11]), w = check.Input("w", [6, channelsOfGroup, 3]);
        string b = check.Input("b", [6]);
        check.Verify(check.Node("Conv", [x, w, b], A("group", 2), A("strides", [2]), A("pads", 1, 0), A("dilations", [2])));
    }

    private static void Verify(int seed, Geometry g, bool forAccelerator = false)
    {
        var check = new GradientCheck(seed) { ForAccelerator = forAccelerator };
        string x = check.Input("x", [g.Images, g.Inputs, g.Height, g.Width]);
        string w = check.Input("w", [g.Outputs, g.Inputs / g.Group, g.KernelHeight, g.KernelWidth]);
        string b = check.Input("b", [g.Outputs]);
        check.Verify(check.Node(
            "Conv", [x, w, b], A("group", g.Group), A("kernel_shape", g.KernelHeight, g.KernelWidth),
            A("strides", g.StrideHeight, g.StrideWidth), A("dilations", g.DilationHeight, g.DilationWidth),
            A("pads", g.Top, g.Left, g.Bottom, g.Right)));
    }

    private sealed record Geometry(
        long Images, long Inputs, long Outputs, long Height, long Width, long KernelHeight, long KernelWidth,
        long StrideHeight, long StrideWidth, long DilationHeight, long DilationWidth,
        long Top, long Left, long Bottom, long Right, long Group);
}
