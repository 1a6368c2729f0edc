using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Onnx;

/// <summary>The ways in which exporters write a classifier.</summary>
public sealed class ClassifierHeadTests
{
    private const int Maps = 8;
    private const int Classes = 5;

    public static TheoryData<string, int> Heads => new()
    {
        { "pool, flatten, Gemm, Softmax", Maps },
        { "pool, flatten, Gemm", Maps },
        { "mean over axes, MatMul and Add", Maps },
        { "mean over axes as input of a later set", Maps },
        { "mean over negative axes, kept, squeezed", Maps },
        { "channels last", Maps },
        { "channels last, flattened", Maps * 36 },
        { "flatten, two dense layers with activation and dropout", Maps * 36 },
        { "hard swish between dense layers", Maps },
        { "swish written out between dense layers", Maps },
        { "batch normalisation between dense layers", Maps * 36 },
        { "1x1 convolution on the pooled maps", Maps },
        { "1x1 convolution, activation, pool, Softmax", Maps },
        { "1x1 convolution, pool, no Softmax", Maps },
        { "window as large as the maps", Maps },
        { "window then squeeze", Maps },
        { "Sigmoid scores", Maps },
        { "reshape of the weight", Maps },
        { "labels as second output", Maps },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_head_is_found_and_dropped(string kind, int inputFeatures)
    {
        var model = TestGraph.Build([null, 3, 6, 6], graph => Head(graph, kind, Backbone(graph)), opset: 18);
        if (kind == "labels as second output")
        {
            model = model.WithHead("scores", (graph, scores) =>
            {
                graph.Graph.Output.Add(new ValueInfoProto { Name = scores });
                string best = graph.Add("ArgMax", [scores], GraphBuilder.Attribute("axis", 1));
                string label = graph.Add("Gather", [graph.Initializer("labels", ["a", "b", "c", "d", "e"]), best]);
                graph.Graph.Output.Add(new ValueInfoProto { Name = label });
                return scores;
            });
        }

        var head = model.FindClassifierHead();
        Assert.Equal("maps", head.FeatureTensor);
        Assert.Equal(Classes, head.ClassCount);
        Assert.Equal(inputFeatures, head.InputFeatures);
        Assert.DoesNotContain("maps", head.NodeNames);
        Assert.NotEmpty(head.NodeNames);
        bool hasScores = kind is "pool, flatten, Gemm, Softmax" or "1x1 convolution, activation, pool, Softmax" or "Sigmoid scores"
            or "labels as second output";
        Assert.Equal(hasScores, head.ScoreTensor is not null);
        Assert.NotEqual(head.ScoreTensor, head.LogitsTensor);

        var backbone = model.WithoutTop();
        Assert.Equal(Maps * 27, backbone.ParameterCount);
        Assert.Equal([null, Maps], backbone.Outputs[0].Dimensions);
        Assert.Equal([null, Maps * 36], model.WithoutTop(FeaturePooling.Flatten).Outputs[0].Dimensions);
    }

    [Fact]
    public void Features_that_are_a_vector_from_the_start_are_kept()
    {
        // A transformer's class token: there are no maps to pool.
        var model = TestGraph.Build([null, 4, 6], graph =>
        {
            string token = graph.Add("Gather", ["x", graph.Int64(0)], GraphBuilder.Attribute("axis", 1));
            string norm = graph.AddNamed("norm", "LayerNormalization", [token, graph.Initializer("scale", new float[6], [6])]);
            return graph.Add("Softmax", [Dense(graph, norm, 6, Classes)]);
        }, opset: 17);
        var head = model.FindClassifierHead();
        Assert.Equal(("norm", 6, Classes), (head.FeatureTensor, head.InputFeatures, head.ClassCount));
        Assert.Equal(2, head.NodeNames.Count);
        foreach (var pooling in Enum.GetValues<FeaturePooling>())
            Assert.Equal("features: Float [N, 6]", model.WithoutTop(pooling).Outputs[0].ToString());
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("pooled maps")]
    [InlineData("pooled and flattened maps")]
    [InlineData("a 1x1 convolution as last stage")]
    public void A_backbone_without_classifier_is_told_from_a_classifier(string kind)
    {
        var model = TestGraph.Build([null, 3, 6, 6], graph =>
        {
            string maps = Backbone(graph);
            if (kind == "a 1x1 convolution as last stage")
                maps = graph.Add("Relu", [graph.Add("Conv", [maps, graph.Initializer("last.w", new float[64 * Maps], [64, Maps, 1, 1])])]);
            if (kind != "maps")
                maps = graph.Add("GlobalAveragePool", [maps]);
            return kind is "maps" or "pooled maps" ? maps : graph.Add("Flatten", [maps]);
        });
        Assert.Contains("CutAt", Assert.Throws<OnnxGraphException>(model.FindClassifierHead).Message, StringComparison.Ordinal);
        int maps = kind == "a 1x1 convolution as last stage" ? 64 : Maps;
        Assert.Equal([null, maps], model.WithoutTop().Outputs[0].Dimensions);
        Assert.Equal([null, maps * 36], model.WithoutTop(FeaturePooling.Flatten).Outputs[0].Dimensions);
        Assert.Equal(model.ParameterCount, model.WithoutTop().ParameterCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tokens_are_pooled_as_the_network_does_it_or_as_asked(bool hasClassToken)
    {
        var model = TestGraph.Build([null, 4, 6], graph =>
        {
            string tokens = "x";
            if (hasClassToken)
            {
                string batch = graph.Add("Gather", [graph.Add("Shape", ["x"]), graph.Int64s(0)]);
                string all = graph.Add("Concat", [batch, graph.Int64s(1, 6)], GraphBuilder.Attribute("axis", 0));
                string token = graph.Add("Expand", [graph.Initializer("class", [1f, 2, 3, 4, 5, 6], [1, 1, 6]), all]);
                tokens = graph.Add("Concat", [token, "x"], GraphBuilder.Attribute("axis", 1));
            }

            return graph.Add("Relu", [tokens]);
        });
        float[] images = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        float[] first = hasClassToken ? [1, 2, 3, 4, 5, 6] : images[..6];
        float[][] rows = [.. hasClassToken ? [first] : Array.Empty<float[]>(), .. images.Chunk(6)];
        float[] mean = [.. Enumerable.Range(0, 6).Select(i => rows.Average(row => row[i]))];
        foreach (var (pooling, expected) in new[]
        {
            (FeaturePooling.Auto, hasClassToken ? first : mean), (FeaturePooling.Average, mean), (FeaturePooling.FirstToken, first),
            (FeaturePooling.Max, images[^6..]), (FeaturePooling.Flatten, [.. rows.SelectMany(row => row)]),
        })
        {
            var (values, shape) = OnnxRun.Run(model.WithoutTop(pooling), images, 1, 4, 6);
            Assert.Equal([1, expected.Length], shape);
            OnnxRun.AssertClose(expected, values, 1e-6);
        }
    }

    [Theory]
    [InlineData("Gather")]
    [InlineData("ReduceMean")]
    public void The_pooling_of_a_classifier_on_tokens_can_be_replaced(string operatorType)
    {
        var model = TestGraph.Build([null, 4, 6], graph =>
        {
            string vector = operatorType == "Gather"
                ? graph.Add("Gather", ["x", graph.Int64(0)], GraphBuilder.Attribute("axis", 1))
                : graph.Mean("x", [1], keepDimensions: false);
            return Dense(graph, graph.Add("Relu", [vector]), 6, Classes);
        }, opset: 17);
        float[] images = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        float[] Features(FeaturePooling pooling) => OnnxRun.Run(model.WithoutTop(pooling), images, 1, 4, 6).Values;
        Assert.Equal(images[..6], Features(FeaturePooling.FirstToken));
        Assert.Equal(images[^6..], Features(FeaturePooling.Max));
        Assert.Equal([9f, 10, 11, 12, 13, 14], Features(FeaturePooling.Average));
        Assert.Equal(
            Features(operatorType == "Gather" ? FeaturePooling.FirstToken : FeaturePooling.Average), Features(FeaturePooling.Auto));
    }

    [Fact]
    public void Features_that_are_neither_maps_nor_a_vector_can_only_be_flattened()
    {
        var model = TestGraph.Build([null, 2, 2, 3, 2], graph => graph.Add("Relu", ["x"]));
        Assert.Contains("[N, 2, 2, 3, 2]", Assert.Throws<OnnxGraphException>(() => model.WithoutTop()).Message, StringComparison.Ordinal);
        Assert.Equal([null, 24], model.WithoutTop(FeaturePooling.Flatten).Outputs[0].Dimensions);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.WithoutTop((FeaturePooling)7));
    }

    private static string Backbone(GraphBuilder graph)
    {
        string weight = graph.Initializer("conv.w", new float[Maps * 27], [Maps, 3, 3, 3]);
        return graph.AddNamed("maps", "Relu", [graph.AddNamed("conv", "Conv", ["x", weight], GraphBuilder.Attribute("pads", 1, 1, 1, 1))]);
    }

    private static string Head(GraphBuilder graph, string kind, string maps)
    {
        AttributeProto Keep(long keep) => GraphBuilder.Attribute("keepdims", keep);
        string Pool(string tensor) => graph.Add("GlobalAveragePool", [tensor]);
        string Flat(string tensor) => graph.Add("Flatten", [tensor]);
        string Mean(string tensor, long keep, params long[] axes) => graph.Add("ReduceMean", [tensor, graph.Int64s(axes)], Keep(keep));
        string ChannelsLast(string tensor) => graph.Add("Transpose", [tensor], GraphBuilder.Attribute("perm", 0, 2, 3, 1));
        string Weight(params long[] shape) => graph.Initializer(graph.Unique("w"), new float[shape.Aggregate((a, b) => a * b)], shape);
        string Pointwise(string tensor) => graph.Add("Conv", [tensor, Weight(Classes, Maps, 1, 1)]);
        string MatMul(string tensor) => graph.Add("Add", [graph.Add("MatMul", [tensor, Weight(Maps, Classes)]), Weight(Classes)]);
        string Window(string type) => graph.Add(type, [maps], GraphBuilder.Attribute("kernel_shape", 6, 6));
        string TwoLayers(string flat, int inputs, Func<string, string> between) =>
            Dense(graph, between(Dense(graph, flat, inputs, 7)), 7, Classes);

        return kind switch
        {
            "pool, flatten, Gemm, Softmax" => graph.Add("Softmax", [Dense(graph, Flat(Pool(maps)), Maps, Classes)]),
            "pool, flatten, Gemm" => Dense(graph, Flat(Pool(maps)), Maps, Classes),
            "mean over axes, MatMul and Add" => MatMul(Mean(maps, 0, 2, 3)),
            "mean over axes as input of a later set" => MatMul(Mean(maps, 0, 3, 2)),
            "mean over negative axes, kept, squeezed" => MatMul(graph.Add("Squeeze", [Mean(maps, 1, -1, -2), graph.Int64s(2, 3)])),
            "channels last" => MatMul(Mean(ChannelsLast(maps), 0, 1, 2)),
            "channels last, flattened" =>
                Dense(graph, graph.Add("Reshape", [ChannelsLast(maps), graph.Int64s(-1, Maps * 36)]), Maps * 36, Classes),
            "flatten, two dense layers with activation and dropout" =>
                TwoLayers(Flat(maps), Maps * 36, hidden => graph.Add("Dropout", [graph.Add("Relu", [hidden])])),
            "hard swish between dense layers" => TwoLayers(Flat(Pool(maps)), Maps, hidden => graph.Add("HardSwish", [hidden])),
            "swish written out between dense layers" =>
                TwoLayers(Flat(Pool(maps)), Maps, hidden => graph.Add("Mul", [hidden, graph.Add("Sigmoid", [hidden])])),
            "batch normalisation between dense layers" => TwoLayers(Flat(maps), Maps * 36, hidden => graph.Add(
                "BatchNormalization", [hidden, .. Enumerable.Range(0, 4).Select(i => graph.Initializer($"bn{i}", new float[7], [7]))])),
            "1x1 convolution on the pooled maps" => Pointwise(Pool(maps)),
            "1x1 convolution, activation, pool, Softmax" =>
                graph.Add("Softmax", [Flat(Pool(graph.Add("Relu", [Pointwise(graph.Add("Dropout", [maps]))])))]),
            "1x1 convolution, pool, no Softmax" => Flat(Pool(Pointwise(maps))),
            "window as large as the maps" => Dense(graph, Flat(Window("AveragePool")), Maps, Classes),
            "window then squeeze" => MatMul(graph.Add("Squeeze", [Window("MaxPool"), graph.Int64s(2, 3)])),
            "Sigmoid scores" => graph.Add("Sigmoid", [Dense(graph, Flat(Pool(maps)), Maps, Classes)]),
            "reshape of the weight" => graph.Add(
                "Gemm", [Flat(Pool(maps)), graph.Add("Reshape", [Weight(Classes, Maps, 1, 1), graph.Int64s(Classes, -1)])],
                GraphBuilder.Attribute("transB", 1)),
            "labels as second output" => graph.AddNamed("scores", "Softmax", [Dense(graph, Flat(Pool(maps)), Maps, Classes)]),
            _ => throw new ArgumentException(kind),
        };
    }

    private static string Dense(GraphBuilder graph, string input, int inputs, int outputs)
    {
        string weight = graph.Initializer(graph.Unique("w"), new float[inputs * outputs], [inputs, outputs]);
        return graph.Add("Gemm", [input, weight, graph.Initializer(graph.Unique("b"), new float[outputs], [outputs])]);
    }
}
