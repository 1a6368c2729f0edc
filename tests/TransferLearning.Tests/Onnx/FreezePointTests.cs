using TransferLearning.Onnx;

namespace TransferLearning.Tests.Onnx;

public sealed class FreezePointTests
{
    [Fact]
    public void Points_that_name_the_same_place_in_the_same_way_are_equal()
    {
        Assert.Equal(FreezePoint.Fraction(0.75), FreezePoint.Fraction(0.75));
        Assert.Equal(FreezePoint.Fraction(0.75).GetHashCode(), FreezePoint.Fraction(0.75).GetHashCode());
        Assert.Equal(FreezePoint.From("conv"), FreezePoint.From("conv"));
        Assert.Equal(FreezePoint.LastLayers(3), FreezePoint.LastLayers(3));
        FreezePoint[] different =
        [
            FreezePoint.Fraction(0.75), FreezePoint.Fraction(0.752), FreezePoint.From("conv"), FreezePoint.From("Conv"),
            FreezePoint.LastLayers(3),
            FreezePoint.LastLayers(4), FreezePoint.None, FreezePoint.All,
        ];
        Assert.Equal(different.Length, different.Distinct().Count());
    }

    [Fact]
    public void Cut_points_are_the_tensors_that_every_path_passes() =>
        Assert.Equal(["x", "a", "a/relu", "add", "add/relu", "pool", "c", "logits"], CutPoints.Of(Residual()));

    [Theory]
    [InlineData("a", "x", "a.w b.w b2.w b2.bias c.w logits.w logits.b")]
    [InlineData("b", "a/relu", "b.w b2.w b2.bias c.w logits.w logits.b")]
    [InlineData("b2", "a/relu", "b2.w b2.bias c.w logits.w logits.b")]
    [InlineData("add", "pool", "c.w logits.w logits.b")]
    [InlineData("logits", "c", "logits.w logits.b")]
    public void The_cut_is_the_latest_tensor_before_all_that_trains(string layer, string cut, string weights)
    {
        var (trained, tensor) = FreezePoint.From(layer).Resolve(Residual());
        Assert.Equal(cut, tensor);
        Assert.Equal(weights.Split(' ').Order(StringComparer.Ordinal), trained.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a/relu", "a")]
    [InlineData("logits", "logits")]
    public void A_layer_is_named_by_any_of_its_tensors(string tensor, string layer) =>
        Assert.Equal(FreezePoint.From(layer).Resolve(Residual()).CutTensor, FreezePoint.From(tensor).Resolve(Residual()).CutTensor);

    [Fact]
    public void An_unknown_layer_is_answered_with_known_ones()
    {
        var error = Assert.Throws<OnnxGraphException>(() => FreezePoint.From("block9").Resolve(Residual()));
        Assert.Contains("'block9'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'logits'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.2, 4)]
    [InlineData(0.5, 2)]
    [InlineData(0.6, 2)]
    [InlineData(1, 0)]
    public void A_fraction_counts_layers_that_have_weights(double frozen, int trainedLayers)
    {
        var model = Residual();
        Assert.Equal(5, model.Layers.Count(layer => layer.Weights.Count > 0));
        Assert.Equal(trainedLayers, FreezePoint.Fraction(frozen).TrainedLayers(model).Count(layer => layer.Weights.Count > 0));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_fraction_is_between_none_and_all(double frozen) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FreezePoint.Fraction(frozen));

    [Fact]
    public void None_and_all_are_the_ends()
    {
        var model = Residual();
        Assert.Equal(model.ParameterCount - 4, model.Summarize().TrainableParameters);
        Assert.Equal(0, model.Summarize(FreezePoint.All).TrainableParameters);
        Assert.Equal(("x", "logits"), (FreezePoint.None.Resolve(model).CutTensor, FreezePoint.All.Resolve(model).CutTensor));
        Assert.Equal(FreezePoint.None.Resolve(model).TrainableWeights, FreezePoint.LastLayers(100).Resolve(model).TrainableWeights);
        Assert.Empty(FreezePoint.LastLayers(0).Resolve(model).TrainableWeights);
    }

    [Fact]
    public void The_head_always_trains_and_is_not_counted()
    {
        var model = Residual().WithHead("c", (graph, features) =>
            graph.Add("Gemm", [features, graph.Initializer(graph.Unique("w"), new float[2 * 3], [2, 3])]));
        foreach (var freeze in new[] { FreezePoint.All, FreezePoint.Fraction(1), FreezePoint.LastLayers(0) })
        {
            var (weights, cut) = freeze.Resolve(model);
            Assert.Equal(["head/w"], weights);
            Assert.Equal("c", cut);
        }

        Assert.Equal(["c.w", "head/w"], FreezePoint.LastLayers(1).Resolve(model).TrainableWeights.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_weight_that_a_frozen_layer_shares_moves_the_cut_before_that_layer()
    {
        var model = TestGraph.Build([null, 2], graph =>
        {
            string weight = graph.Initializer("w", new float[4], [2, 2]);
            string first = graph.AddNamed("first", "MatMul", ["x", weight]);
            string other = graph.AddNamed("other", "MatMul", [first, graph.Initializer("v", new float[4], [2, 2])]);
            return graph.AddNamed("last", "MatMul", [other, weight]);
        });
        var (weights, cut) = FreezePoint.From("last").Resolve(model);
        Assert.Equal(["w"], weights);
        Assert.Equal("x", cut);
        Assert.Equal([4, 4, 0], model.Layers.Select(layer => layer.ParameterCount));
    }

    [Fact]
    public void Statistics_of_batch_normalisation_do_not_train()
    {
        var model = Residual();
        Assert.DoesNotContain("b2.mean", FreezePoint.None.Resolve(model).TrainableWeights);
        Assert.Equal(["b2.mean", "b2.variance"], model.Layers.Single(layer => layer.Kind == "BatchNormalization").Statistics);
    }

    [Fact]
    public void Layers_are_named_and_sorted_as_in_keras() => Assert.Equal(
        [("a", "Conv2D"), ("b", "Conv2D"), ("b2", "BatchNormalization"), ("add", "Add"), ("pool", "GlobalAveragePooling2D"), ("c", "Dense"),
            ("logits", "Dense")],
        Residual().Layers.Select(layer => (layer.Name, layer.Kind)));

    /// <summary>x → a (Conv, Relu) → b (Conv) → b2 (BatchNormalization) → add (with a, Relu) → pool → c (Dense) → logits (Dense).</summary>
    private static OnnxModel Residual() => TestGraph.Build([null, 2, 4, 4], graph =>
    {
        string Convolution(string name, string input) =>
            graph.AddNamed(name, "Conv", [input, graph.Initializer($"{name}.w", OnnxRun.Noise(1, 4), [2, 2, 1, 1])]);
        string[] Vectors(string name, params string[] parts) =>
            [.. parts.Select(part => graph.Initializer($"{name}.{part}", new float[2], [2]))];

        string a = graph.AddNamed("a/relu", "Relu", [Convolution("a", "x")]);
        string b = Convolution("b", a);
        string b2 = graph.AddNamed("b2", "BatchNormalization", [b, .. Vectors("b2", "w", "bias", "mean", "variance")]);
        string add = graph.AddNamed("add/relu", "Relu", [graph.AddNamed("add", "Add", [b2, a])]);
        string pool = graph.AddNamed(
            "pool", "ReduceMean", [add], GraphBuilder.Attribute("axes", 2, 3), GraphBuilder.Attribute("keepdims", 0));
        string c = graph.AddNamed("c", "MatMul", [pool, graph.Initializer("c.w", new float[4], [2, 2])]);
        string weight = graph.Initializer("logits.w", new float[6], [2, 3]);
        return graph.AddNamed("logits", "Gemm", [c, weight, graph.Initializer("logits.b", new float[3], [3])]);
    });
}
