using TransferLearning.Onnx;

namespace TransferLearning.Tests.Onnx;

public sealed class FreeBatchTests
{
    public static TheoryData<string, long[]> Reshapes => new()
    {
        { "all constant", [1, 12] },
        { "rest open", [1, -1] },
        { "rest open in the middle", [1, -1, 2] },
        { "more dimensions", [1, 3, 2, 2, 1] },
        { "batch copied", [0, -1] },
        { "batch open", [-1, 12] },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    public void A_number_of_images_that_makes_no_sense_is_refused(long batch)
    {
        var model = TestGraph.Build([batch, 3], graph => graph.Add("Relu", ["x"]));
        var error = Assert.Throws<OnnxGraphException>(model.WithFreeBatch);
        Assert.Contains(FormattableString.Invariant($"{batch} images"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Reshapes))]
    public void Reshapes_that_repeat_the_batch_are_rewritten(string kind, long[] target)
    {
        var model = TestGraph.Build([1, 3, 2, 2], graph => graph.Add("Reshape", ["x", graph.Int64s(target)]));
        var freed = model.WithFreeBatch();
        Assert.True(freed.Inputs[0].Dimensions[0] is null, kind);
        float[] images = OnnxRun.Noise(1, 5 * 12);
        var (values, shape) = OnnxRun.Run(freed, images, 5, 3, 2, 2);
        Assert.Equal(images, values);
        Assert.Equal(5, shape[0]);
        Assert.Equal(12, shape.Skip(1).Aggregate((a, b) => a * b));
    }

    [Fact]
    public void A_batch_that_appears_from_another_dimension_is_found_too()
    {
        // Channels go last, come back, and two dimensions are merged: the constant meets an input whose first dimension is not the batch.
        var model = TestGraph.Build([1, 4, 2, 2], graph =>
        {
            string rows = graph.Add("Reshape", ["x", graph.Int64s(-1, 4)]);
            string doubled = graph.Add("Add", [rows, rows]);
            return graph.Add("Reshape", [doubled, graph.Int64s(1, 4, -1)]);
        });
        float[] images = OnnxRun.Noise(1, 3 * 16);
        var (values, shape) = OnnxRun.Run(model.WithFreeBatch(), images, 3, 4, 2, 2);
        Assert.Equal([3, 4, 4], shape);
        Assert.Equal(images.Select(value => value * 2), values);
    }

    [Fact]
    public void A_fixed_batch_of_eight_is_freed_as_well()
    {
        var model = TestGraph.Build([8, 3, 2, 2], graph => graph.Add("Reshape", ["x", graph.Int64s(8, 12)]));
        Assert.Equal([2, 12], OnnxRun.Run(model.WithFreeBatch(), new float[24], 2, 3, 2, 2).Shape);
    }

    [Fact]
    public void A_network_whose_batch_is_free_is_returned_as_it_is()
    {
        var model = TestGraph.Build([null, 3], graph => graph.Add("Relu", ["x"]));
        Assert.Same(model, model.WithFreeBatch());
    }

    [Fact]
    public void A_constant_that_is_joined_to_the_image_is_repeated_for_each()
    {
        var model = TestGraph.Build([1, 3, 4], graph =>
            graph.Add("Concat", [graph.Initializer("token", [1f, 2, 3, 4], [1, 1, 4]), "x"], GraphBuilder.Attribute("axis", 1)));
        float[] images = OnnxRun.Noise(1, 24);
        var (values, shape) = OnnxRun.Run(model.WithFreeBatch(), images, 2, 3, 4);
        Assert.Equal([2, 4, 4], shape);
        Assert.Equal([1, 2, 3, 4, .. images[..12], 1, 2, 3, 4, .. images[12..]], values);
    }

    [Fact]
    public void Tokens_and_heads_are_told_apart_by_what_follows()
    {
        // Attention as PyTorch writes it: tokens first, images merged with heads for the products and with tokens for the projection.
        var model = TestGraph.Build([1, 6, 4], graph =>
        {
            string tokens = graph.Transpose("x", 1, 0, 2);
            string heads = graph.Transpose(graph.Reshape(tokens, 6, 2, 2), 1, 0, 2);
            string scores = graph.Add("Softmax", [graph.MatMul(heads, graph.Transpose(heads, 0, 2, 1))], GraphBuilder.Attribute("axis", 2));
            string mixed = graph.Reshape(graph.Transpose(graph.MatMul(scores, heads), 1, 0, 2), 6, 4);
            string projected = graph.MatMul(mixed, graph.Initializer("w", OnnxRun.Noise(2, 16), [4, 4]));
            return graph.Transpose(graph.Reshape(projected, 6, 1, 4), 1, 0, 2);
        });
        float[][] images = [OnnxRun.Noise(3, 24), OnnxRun.Noise(4, 24)];
        float[][] rows = [.. OnnxRun.RunEach(model, images, 1, 6, 4).Select(result => result.Values)];
        var (values, _) = OnnxRun.Run(model.WithFreeBatch(), [.. images[0], .. images[1]], 2, 6, 4);
        OnnxRun.AssertClose([.. rows[0], .. rows[1]], values, 1e-5);
    }

    [Theory]
    [InlineData("drops the batch", "Reshape")]
    [InlineData("squeezes the batch", "Squeeze")]
    [InlineData("joins a constant along the images", "Concat")]
    [InlineData("averages the batch", "ReduceMean")]
    public void A_network_that_mixes_images_is_refused_by_name(string kind, string expected)
    {
        var model = TestGraph.Build([1, 3, 4], graph => kind switch
        {
            "drops the batch" => graph.Add("Reshape", ["x", graph.Int64s(3, 4)]),
            "squeezes the batch" => graph.Add("Squeeze", ["x", graph.Int64s(0)]),
            "joins a constant along the images" =>
                graph.Add("Concat", ["x", graph.Initializer("token", new float[12], [1, 3, 4])], GraphBuilder.Attribute("axis", 0)),
            _ => graph.Add("ReduceMean", ["x"], GraphBuilder.Attribute("axes", (ReadOnlySpan<long>)[0])),
        });
        var error = Assert.Throws<OnnxGraphException>(model.WithFreeBatch);
        Assert.Contains("batch", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
