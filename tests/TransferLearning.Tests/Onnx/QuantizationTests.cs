using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

/// <summary>A quantized network computes what the one in floats does, but for rounding, and says so with standard operators.</summary>
public sealed class QuantizationTests
{
    public static TheoryData<string> Networks =>
        ["chain", "residual", "sum", "concat", "maxpool", "averagepool", "depthwise", "grouped", "normalized", "activations", "shared"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_quantized_network_is_the_same_but_for_rounding(string kind)
    {
        var model = Network(kind);
        var quantized = Quantize(model);
        float[] images = OnnxRun.Noise(9, 4 * 3 * 16 * 16);
        var expected = OnnxRun.Run(model, images, 4, 3, 16, 16);
        var actual = OnnxRun.Run(quantized, images, 4, 3, 16, 16);
        Assert.Equal(expected.Shape, actual.Shape);
        OnnxRun.AssertClose(expected.Values, actual.Values, 0.05);
        Assert.NotEqual(expected.Values, actual.Values);
        Assert.Equal(model.Inputs.Select(input => input.ToString()), quantized.Inputs.Select(input => input.ToString()));
        Assert.Equal(model.Outputs.Select(output => output.Name), quantized.Outputs.Select(output => output.Name));
    }

    [Theory]
    [InlineData("chain", 0)]
    [InlineData("activations", 1)]
    public void Activations_that_rounding_does_as_well_are_gone(string kind, int left)
    {
        // What stays is a HardSwish or the like; Relu and Clip from 0 are the least byte.
        var nodes = Quantize(Network(kind)).Proto.Graph.Node;
        Assert.DoesNotContain(nodes, node => node.Is("Relu") || node.Is("Clip"));
        Assert.Equal(left, nodes.Count(node => node.Is("HardSigmoid")));
    }

    [Fact]
    public void Kernels_over_several_channels_stay_within_7_bits_and_depthwise_ones_within_8()
    {
        var graph = Quantize(Network("depthwise")).Proto.Graph;
        var kernels = graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxElementType.Int8 && tensor.Dims.Count == 4).ToArray();
        int[] largest = [.. kernels.Select(tensor => tensor.RawData.Span.ToArray().Max(value => Math.Abs((int)(sbyte)value)))];
        Assert.Equal([63, 127, 63], largest);
    }

    [Fact]
    public void Normalization_is_folded_and_every_learned_number_is_counted()
    {
        var model = Network("normalized");
        var quantized = Quantize(model);
        Assert.DoesNotContain(quantized.Proto.Graph.Node, node => node.Is("BatchNormalization"));

        // Four numbers of normalization for each of 8 channels became one bias.
        Assert.Equal(model.ParameterCount - (3 * 8), quantized.ParameterCount);
    }

    [Fact]
    public void The_bias_takes_up_what_rounding_does_to_the_mean()
    {
        // Two of three numbers are less than half the scale and become 0, which without a correction is half of the result.
        var model = TestGraph.Build([null, 3, 8, 8], graph =>
        {
            float[] weights = [.. Enumerable.Range(0, 4 * 3).Select(i => i % 3 == 0 ? 1f : 0.4f / 63)];
            return graph.Add("Conv", ["x", graph.Initializer("w", weights, [4, 3, 1, 1])]);
        });
        float[] image = [.. Enumerable.Range(0, 3 * 64).Select(i => i < 64 ? 3f / 255 : 1f)];
        var quantized = Quantize(model, image, [1, 3, 8, 8]);
        float[] expected = OnnxRun.Run(model, image, 1, 3, 8, 8).Values, actual = OnnxRun.Run(quantized, image, 1, 3, 8, 8).Values;
        Assert.Equal(0.0245, expected[0], 1e-4);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 5e-4));
    }

    [Fact]
    public void The_same_images_give_the_same_bytes_on_any_number_of_threads()
    {
        var model = Network("residual");
        byte[] one = Quantize(model, threads: 1).ToBytes(), four = Quantize(model, threads: 4).ToBytes();
        Assert.Equal(one, four);
    }

    [Fact]
    public void A_network_without_convolutions_is_refused()
    {
        var error = Assert.Throws<OnnxGraphException>(() =>
            NetworkQuantizer.Prepare(OnnxModel.Parse(Google.Protobuf.MessageExtensions.ToByteArray(TestGraph.Dense()))));
        Assert.Contains("no convolution to quantize", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quantized_network_is_not_quantized_again()
    {
        var error = Assert.Throws<OnnxGraphException>(() => NetworkQuantizer.Prepare(Quantize(Network("chain"))));
        Assert.Contains("quantized already", error.Message, StringComparison.Ordinal);
        Assert.Contains("QuantizeLinear", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Activations_that_are_not_finite_are_named()
    {
        float[] images = OnnxRun.Noise(1, 2 * 3 * 16 * 16);
        images[^1] = float.PositiveInfinity;
        var error = Assert.Throws<OnnxGraphException>(() => Quantize(Network("chain"), images, [2, 3, 16, 16]));
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
        Assert.Contains("preprocessing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("squeezenet")]
    [InlineData("densenet121")]
    [InlineData("shufflenet")]
    [InlineData("inception_v1")]
    public void Graphs_of_the_zoo_are_quantized_with_a_free_batch(string graph)
    {
        var model = RandomWeights.Fill(OnnxModel.Load(TestData.Require($"models/light/light_{graph}.onnx")), seed: 1).WithFreeBatch();
        float[] images = OnnxRun.Noise(3, 2 * 3 * 224 * 224);
        var features = model.CutAt(model.FindClassifierHead().FeatureTensor);
        var quantized = Quantize(features, images, [2, 3, 224, 224]);
        var expected = OnnxRun.Run(features, images, 2, 3, 224, 224);
        var actual = OnnxRun.Run(quantized, images, 2, 3, 224, 224);
        Assert.Equal(expected.Shape, actual.Shape);

        // Random weights are harder to round than trained ones.
        double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
        double cosine =
            Dot(expected.Values, actual.Values) / Math.Sqrt(Dot(expected.Values, expected.Values) * Dot(actual.Values, actual.Values));
        Assert.True(cosine > 0.9, $"cosine {cosine}");
    }

    private static OnnxModel Quantize(OnnxModel model, float[]? images = null, long[]? shape = null, int threads = 2)
    {
        var quantizer = NetworkQuantizer.Prepare(model);
        shape ??= [16, 3, 16, 16];
        var rows = OnnxRun.Run(quantizer.Observer, images ?? OnnxRun.Noise(1, shape.Aggregate(1L, (a, b) => a * b)), shape);
        var statistics = quantizer.NewStatistics();
        int length = (int)rows.Shape[1];
        for (int row = 0; row < shape[0]; row++)
            statistics.Add(rows.Values.AsSpan(row * length, length));
        return quantizer.Quantize(statistics, new ParallelOptions { MaxDegreeOfParallelism = threads });
    }

    private static OnnxModel Network(string kind) => TestGraph.Build([null, 3, 16, 16], graph =>
    {
        int seed = 0;
        string Constant(float scale, float shift, params long[] dimensions) => graph.Initializer(
            graph.Unique("w"), [.. OnnxRun.Noise(100 + seed++, dimensions.Aggregate(1L, (a, b) => a * b))
                .Select(value => (value * scale) + shift)], dimensions);

        string Conv(string input, int channels, int from, int size = 3, int group = 1, bool bias = true)
        {
            string weights = Constant((float)Math.Sqrt(6.0 / (from / group * size * size)), 0, channels, from / group, size, size);
            string[] inputs = bias ? [input, weights, Constant(0.2f, 0, channels)] : [input, weights];
            return graph.Add("Conv", inputs, GraphBuilder.Attribute("group", group),
                GraphBuilder.Attribute("pads", size / 2, size / 2, size / 2, size / 2));
        }

        string Relu(string input) => graph.Add("Relu", [input]);
        string stem = Relu(Conv("x", 8, 3));
        string Pool(string type) => graph.Add(
            type, [stem], GraphBuilder.Attribute("kernel_shape", 3, 3), GraphBuilder.Attribute("strides", 2, 2),
                GraphBuilder.Attribute("pads", 1, 1, 1, 1));
        string last = kind switch
        {
            "residual" => Relu(graph.Add("Add", [Conv(Relu(Conv(stem, 8, 8)), 8, 8), stem])),
            "sum" => Relu(graph.Add("Sum", [Conv(stem, 8, 8), stem])),
            "concat" => graph.Add("Concat", [Relu(Conv(stem, 4, 8, 1)), Relu(Conv(stem, 4, 8))], GraphBuilder.Attribute("axis", 1)),
            "maxpool" => Pool("MaxPool"),
            "averagepool" => Pool("AveragePool"),
            "depthwise" => Relu(Conv(stem, 8, 8, group: 8)),
            "grouped" => Relu(Conv(stem, 8, 8, group: 2)),
            "normalized" => Relu(graph.Add(
                "BatchNormalization", [Conv(stem, 8, 8, bias: false), Constant(0.3f, 1, 8), Constant(0.3f, 0, 8), Constant(0.3f, 0, 8),
                    Constant(0.3f, 1, 8)])),
            "activations" => graph.Add("Mul",
                [stem, graph.Add("HardSigmoid", [graph.Add("Clip", [Conv(stem, 8, 8), graph.Scalar(0), graph.Scalar(6)])])]),
            "shared" => graph.Add("Add", [stem, stem]),
            _ => stem,
        };
        return graph.Add("GlobalAveragePool", [Conv(last, 6, 8)]);
    });
}
