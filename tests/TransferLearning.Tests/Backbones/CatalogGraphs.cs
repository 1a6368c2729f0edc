using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>
/// Small graphs with random weights, of the operators and in the form of networks of the catalog whose files cannot be had here: images of
/// 32 × 32 pixels, seven classes.
/// </summary>
internal sealed class CatalogGraphs
{
    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;
    private const int Side = 32;
    private const int Classes = 7;

    private readonly Random _random = new(1);
    private readonly GraphBuilder _graph = new(new GraphProto { Name = "small" }, "") { Opset = 17 };

    /// <summary>Inverted bottlenecks with two depthwise convolutions, and a convolution behind the pooling.</summary>
    public static OnnxModel MobileNetV4() => new CatalogGraphs().BuildMobileNetV4();

    /// <summary>Convolutions with layer normalisation, and attention between channels.</summary>
    public static OnnxModel EdgeNeXt() => new CatalogGraphs().BuildEdgeNeXt();

    /// <summary>A vision transformer with scaled branches that ends in its tokens, the class token first.</summary>
    public static OnnxModel DinoV2() => new CatalogGraphs().BuildDinoV2();

    private OnnxModel BuildMobileNetV4()
    {
        string x = Relu(Conv(Input("pixel_values"), 3, 16, size: 3, stride: 2));
        x = Inverted(x, 16, 32, 24, stride: 2);
        x = Add(x, Inverted(x, 24, 48, 24, stride: 1));
        x = Relu(Conv(x, 24, 40));
        x = Relu(Conv(_graph.Add("GlobalAveragePool", [x]), 40, 64));
        return Finish(Dense(Flatten(x), 64, Classes), Classes);
    }

    private string Inverted(string x, int inputs, int inner, int outputs, int stride)
    {
        x = Relu(Conv(Conv(x, inputs, inputs, size: 3, groups: inputs), inputs, inner));
        x = Relu(Conv(x, inner, inner, size: 3, stride: stride, groups: inner));
        return Conv(x, inner, outputs);
    }

    private OnnxModel BuildEdgeNeXt()
    {
        const int width = 16, half = width / 2;
        string x = ChannelNorm(Conv(Input("x"), 3, width, size: 4, stride: 4, pad: 0), width);
        string inner = Last(Conv(x, width, width, size: 3, groups: width));
        x = Add(x, First(Mlp(Norm(inner, width), width)));

        // Half of the channels pass a depthwise convolution, then all attend to each other over the positions.
        string[] parts = _graph.AddMany("Split", [x, _graph.Int64s(half, half)], 2, GraphBuilder.Attribute("axis", 1));
        string joined = _graph.Add(
            "Concat", [parts[0], Conv(parts[1], half, half, size: 3, groups: half)], GraphBuilder.Attribute("axis", 1));
        string tokens = _graph.Add(
            "Transpose", [_graph.Add("Reshape", [joined, _graph.Int64s(0, width, -1)])], GraphBuilder.Attribute("perm", 0, 2, 1));
        string normed = Norm(tokens, width);
        string query = Unit(Channels(MatMul(normed, width, width))), key = Unit(Channels(MatMul(normed, width, width)));
        string weights = _graph.Add(
            "Softmax",
            [_graph.Add("MatMul", [query, _graph.Add("Transpose", [key], GraphBuilder.Attribute("perm", 0, 2, 1))])],
            GraphBuilder.Attribute("axis", -1));
        string attended = Channels(_graph.Add("MatMul", [weights, Channels(MatMul(normed, width, width))]));
        tokens = Add(tokens, MatMul(attended, width, width));
        tokens = Add(tokens, Mlp(Norm(tokens, width), width));
        string maps = _graph.Add("Reshape", [Channels(tokens), _graph.Int64s(0, width, Side / 4, Side / 4)]);
        return Finish(Dense(Flatten(_graph.Add("GlobalAveragePool", [ChannelNorm(maps, width)])), width, Classes), Classes);
    }

    private OnnxModel BuildDinoV2()
    {
        const int width = 16, patch = 8, patches = Side / patch * (Side / patch);
        string x = _graph.Add("Reshape", [Conv(Input("pixel_values"), 3, width, patch, patch, 0), _graph.Int64s(0, width, -1)]);
        x = Channels(x);
        string batch = _graph.Add(
            "Gather", [_graph.Add("Shape", ["pixel_values"]), _graph.Int64s(0)], GraphBuilder.Attribute("axis", 0));
        string shape = _graph.Add("Concat", [batch, _graph.Int64s(1), _graph.Int64s(width)], GraphBuilder.Attribute("axis", 0));
        string first = _graph.Add("Expand", [Weights("cls_token", 1, 1, width), shape]);
        x = _graph.Add("Concat", [first, x], GraphBuilder.Attribute("axis", 1));
        x = Add(x, Weights("position_embeddings", 1, patches + 1, width));
        string normed = Norm(x, width);
        string scores = _graph.Add("MatMul", [MatMul(normed, width, width), Channels(MatMul(normed, width, width))]);
        string weights = _graph.Add(
            "Softmax", [_graph.Add("Mul", [scores, _graph.Scalar(0.25f)])], GraphBuilder.Attribute("axis", -1));
        x = Add(x, Scaled(MatMul(_graph.Add("MatMul", [weights, MatMul(normed, width, width)]), width, width), width));
        x = Add(x, Scaled(Mlp(Norm(x, width), width), width));
        return Finish(Norm(x, width), patches + 1, width);
    }

    private string Input(string name) => _graph.Input(name, Float, 1, 3, Side, Side);

    private OnnxModel Finish(string tensor, params long?[] dimensions)
    {
        _graph.Output(tensor, Float, [1, .. dimensions]);
        var model = new ModelProto { IrVersion = 8, Graph = _graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return new OnnxModel(model);
    }

    private string Conv(string x, int inputs, int outputs, int size = 1, int stride = 1, int? pad = null, int groups = 1)
    {
        long padding = pad ?? size / 2;
        return _graph.Add(
            "Conv",
            [x, Weights("conv", outputs, inputs / groups, size, size), Weights("bias", outputs)],
            GraphBuilder.Attribute("kernel_shape", size, size),
            GraphBuilder.Attribute("strides", stride, stride),
            GraphBuilder.Attribute("pads", padding, padding, padding, padding),
            GraphBuilder.Attribute("group", groups));
    }

    private string Dense(string x, int inputs, int outputs) =>
        _graph.Add("Gemm", [x, Weights("dense", outputs, inputs), Weights("bias", outputs)], GraphBuilder.Attribute("transB", 1L));

    private string MatMul(string x, int inputs, int outputs) =>
        Add(_graph.Add("MatMul", [x, Weights("linear", inputs, outputs)]), Weights("bias", outputs));

    private string Mlp(string x, int width) => MatMul(Gelu(MatMul(x, width, 2 * width)), 2 * width, width);

    private string Gelu(string x)
    {
        string erf = _graph.Add("Erf", [_graph.Add("Div", [x, _graph.Scalar(MathF.Sqrt(2))])]);
        return _graph.Add("Mul", [_graph.Add("Mul", [x, Add(erf, _graph.Scalar(1))]), _graph.Scalar(0.5f)]);
    }

    private string Norm(string x, int width) =>
        _graph.Add("LayerNormalization", [x, Ones(width), Weights("bias", width)], GraphBuilder.Attribute("axis", -1L));

    private string ChannelNorm(string x, int width) => First(Norm(Last(x), width));

    private string Unit(string x) => _graph.Add(
        "Div", [x, Add(_graph.Add("ReduceL2", [x], GraphBuilder.Attribute("axes", (ReadOnlySpan<long>)[-1])), _graph.Scalar(1e-6f))]);

    private string Scaled(string x, int width) => _graph.Add("Mul", [x, Ones(width)]);

    private string Add(string a, string b) => _graph.Add("Add", [a, b]);

    private string Relu(string x) => _graph.Add("Relu", [x]);

    private string Flatten(string x) => _graph.Add("Flatten", [x], GraphBuilder.Attribute("axis", 1L));

    private string Last(string x) => _graph.Add("Transpose", [x], GraphBuilder.Attribute("perm", 0, 2, 3, 1));

    private string First(string x) => _graph.Add("Transpose", [x], GraphBuilder.Attribute("perm", 0, 3, 1, 2));

    private string Channels(string tokens) => _graph.Add("Transpose", [tokens], GraphBuilder.Attribute("perm", 0, 2, 1));

    private string Ones(int count) => _graph.Initializer(_graph.Unique("scale"), [.. Enumerable.Repeat(1f, count)], [count]);

    private string Weights(string name, params long[] dimensions)
    {
        long count = dimensions.Aggregate(1L, (product, size) => product * size);
        double scale = dimensions.Length > 1 ? Math.Sqrt(3.0 * dimensions[0] / count) : 0.05;
        float[] values = [.. Enumerable.Range(0, (int)count).Select(_ => (float)(scale * ((2 * _random.NextDouble()) - 1)))];
        return _graph.Initializer(_graph.Unique(name), values, dimensions);
    }
}
