using System.Numerics;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Fuzz;

/// <summary>
/// Small networks and classifiers with the features of real ones: branches, normalisation, all kinds of constants, nested graphs.
/// </summary>
internal static class ModelSeeds
{
    private static readonly string[] Labels = ["north-west", "north-east", "south-west", "süd-ost"];

    /// <summary>Networks.</summary>
    public static IReadOnlyList<byte[]> Networks() =>
        [.. new[] { Backbone(), Headed(), Residual(), FixedBatch(), Constants(), Nested() }.Select(model => model.ToBytes())];

    /// <summary>Finished classifiers.</summary>
    public static IReadOnlyList<byte[]> Classifiers() =>
        [.. new[] { Classifier(ImageResizeMode.ShortestSide), Classifier(ImageResizeMode.Pad) }.Select(model => model.ToBytes())];

    private static OnnxModel Classifier(ImageResizeMode resize)
    {
        var metadata = new ModelMetadata
        {
            Title = "tiny",
            License = "MIT",
            Labels = Labels,
            Preprocessing = new ImagePreprocessing { Width = 6, Height = 6, Resize = resize, StandardDeviation = new Vector3(255) },
            ValidationTop1 = 0.75,
        };
        var training = new TrainingSummary
        {
            Scenario = TransferScenario.FeatureExtraction, Backbone = "tiny", TrainingImages = 8, TrainingAccuracy = 1, Head = "linear",
        };
        return ClassifierGraph.FromLogits(Headed(), metadata).WithMetadata(ClassifierMetadata.ToEntries(training));
    }

    /// <summary>Two convolutions and pooling, for images of 6 × 6.</summary>
    private static OnnxModel Backbone() => Build([null, 3, 6, 6], 18, graph =>
    {
        string x = graph.Add(
            "Relu", [graph.Add("Conv", ["x", Weights(graph, "first", 5, 3, 3, 3)], GraphBuilder.Attribute("pads", 1, 1, 1, 1))]);
        x = graph.Add("Relu", [graph.Add("Conv", [x, Weights(graph, "second", 6, 5, 3, 3)], GraphBuilder.Attribute("strides", 2, 2))]);
        return graph.AddNamed("features", "Flatten", [graph.Add("GlobalAveragePool", [x])]);
    });

    /// <summary>The same with a dense layer behind.</summary>
    private static OnnxModel Headed() => Backbone().WithHead("features", (graph, features) =>
        graph.Add(
            "Gemm",
            [features, Weights(graph, "head/weight", Labels.Length, 6), Weights(graph, "head/bias", Labels.Length)],
            GraphBuilder.Attribute("transB", 1L)));

    /// <summary>Depthwise convolution, batch normalisation, a branch, two kinds of activation, pooling, a dense layer.</summary>
    internal static OnnxModel Residual() => Build([null, 3, 8, 8], 13, graph =>
    {
        string x = graph.Add(
            "Conv",
            ["x", Weights(graph, "w", 4, 3, 3, 3)],
            GraphBuilder.Attribute("pads", 1, 1, 1, 1),
            GraphBuilder.Attribute("strides", 2, 2));
        string variance = graph.Initializer("variance", [1f, 1, 1, 1], [4]);
        x = graph.Add(
            "BatchNormalization", [x, Weights(graph, "scale", 4), Weights(graph, "shift", 4), Weights(graph, "mean", 4), variance]);
        x = graph.Add("Clip", [x, graph.Scalar(0), graph.Scalar(6)]);
        string branch = graph.Add(
            "Conv",
            [x, Weights(graph, "d", 4, 1, 3, 3)],
            GraphBuilder.Attribute("group", 4L),
            GraphBuilder.Attribute("auto_pad", "SAME_UPPER"));
        x = graph.Add("Add", [x, graph.Add("Sigmoid", [branch])]);
        x = graph.Add("AveragePool", [x], GraphBuilder.Attribute("kernel_shape", 2, 2), GraphBuilder.Attribute("strides", 2, 2));
        x = graph.Add("Reshape", [x, graph.Int64s(0, -1)]);
        x = graph.Add(
            "Gemm",
            [x, Weights(graph, "dense", 3, 16), Weights(graph, "bias", 3)],
            GraphBuilder.Attribute("transB", 1L),
            GraphBuilder.Attribute("alpha", 0.5f));
        return graph.Add("Softmax", [x], GraphBuilder.Attribute("axis", 1L));
    });

    /// <summary>A network for just one image, whose shapes repeat that.</summary>
    private static OnnxModel FixedBatch() => Build([1, 2, 4, 4], 11, graph =>
    {
        string a = graph.Add("Relu", [graph.Add("Conv", ["x", Weights(graph, "a", 2, 2, 1, 1)])]);
        string b = graph.Add("MaxPool", [a], GraphBuilder.Attribute("kernel_shape", 1, 1));
        string joined = graph.Add("Concat", [a, b], GraphBuilder.Attribute("axis", 1L));
        string flat = graph.Add("Reshape", [graph.Add("GlobalAveragePool", [joined]), graph.Int64s(1, 4)]);
        return graph.Add(
            "Softmax",
            [graph.Add("MatMul", [flat, graph.Add("ConstantOfShape", [graph.Int64s(4, 3)])])],
            GraphBuilder.Attribute("axis", 1L));
    });

    /// <summary>Shapes that are computed, and numbers stored as lists and in nodes.</summary>
    internal static OnnxModel Constants() => Build([null, 2, 4, 4], 13, graph =>
    {
        var listed = new TensorProto
        {
            Name = "listed", DataType = (int)TensorProto.Types.DataType.Float, FloatData = { 1, 2, 3, 4 }, Dims = { 2, 2, 1, 1 },
        };
        graph.Graph.Initializer.Add(listed);
        string x = graph.Add("Conv", ["x", "listed"]);
        string rows = graph.Add("Gather", [graph.Add("Shape", [x]), graph.Int64(0)]);
        string shape = graph.Add(
            "Concat", [graph.Add("Unsqueeze", [rows, graph.Int64s(0)]), graph.Int64s(32)], GraphBuilder.Attribute("axis", 0L));
        string scale = graph.Add(
            "Constant", [], new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = Half() });
        string cast = graph.Add("Cast", [scale], GraphBuilder.Attribute("to", 1L));
        string padded = graph.Add("Pad", [graph.Add("Mul", [x, cast]), graph.Int64s(0, 0, 0, 0, 0, 0, 0, 0)]);
        return graph.Add("MatMul", [graph.Add("Reshape", [padded, shape]), Weights(graph, "dense", 32, 2)]);
    });

    /// <summary>A graph in a node.</summary>
    private static OnnxModel Nested() => Build([null, 4], 13, graph =>
    {
        string x = graph.Add("MatMul", ["x", Weights(graph, "w", 4, 4)]);
        string condition = graph.Add("Greater", [graph.Add("ReduceSum", [x], GraphBuilder.Attribute("keepdims", 0L)), graph.Scalar(0)]);
        return graph.Add("If", [condition], Branch("then_branch", "Relu", x), Branch("else_branch", "Neg", x));
    });

    private static AttributeProto Branch(string name, string operatorType, string input) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Graph,
        G = new GraphProto
        {
            Name = name,
            Node = { new NodeProto { OpType = operatorType, Input = { input }, Output = { name + "/y" } } },
            Output = { new ValueInfoProto { Name = name + "/y" } },
        },
    };

    private static TensorProto Half() => new() { DataType = (int)TensorProto.Types.DataType.Float16, Int32Data = { 0x3800 } };

    internal static string Weights(GraphBuilder graph, string name, params long[] dimensions)
    {
        long count = dimensions.Aggregate(1L, (product, size) => product * size);
        float[] values = [.. Enumerable.Range(0, (int)count).Select(i => MathF.Sin(i + name.Length))];
        return graph.Initializer(name, values, dimensions);
    }

    internal static OnnxModel Build(long?[] input, int opset, Func<GraphBuilder, string> build)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "fuzz", Graph = new GraphProto { Name = "fuzz" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        var builder = new GraphBuilder(model.Graph, "") { Opset = opset };
        builder.Input("x", TensorProto.Types.DataType.Float, input);
        string output = build(builder);
        model.Graph.Output.Add(new ValueInfoProto { Name = output });
        return OnnxModel.Parse(new OnnxModel(model).ToBytes());
    }
}
