using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Benchmarks.Architectures;

/// <summary>
/// A vision transformer of the form <c>vit_tiny_patch16</c> (A. Dosovitskiy et al., 2021, and H. Touvron et al., 2021): 192 wide, 12 blocks
/// of 3 heads, patches of 16 × 16 pixels, a class token, 5.5 million weights, which are random numbers of a fixed seed.
/// </summary>
internal sealed class VitTiny
{
    private const int Width = 192, Depth = 12, Heads = 3, Patch = 16, Opset = 17;

    private readonly GraphBuilder _graph = new(new GraphProto { Name = "vit_tiny" }, "") { Opset = Opset };
    private readonly Random _random = new(1);

    /// <summary>Builds the network.</summary>
    /// <param name="side">The side of the images, a multiple of 16.</param>
    /// <param name="classes">The number of classes.</param>
    public static OnnxModel Build(int side, int classes) => new VitTiny().Network(side, classes);

    private OnnxModel Network(int side, int classes)
    {
        int tokens = side / Patch * (side / Patch);
        _graph.Input("input", TensorProto.Types.DataType.Float, null, 3, side, side);
        string patches = _graph.Add(
            "Conv", ["input", Weight("patch.weight", Width, 3, Patch, Patch), Zeros("patch.bias", Width)],
                GraphBuilder.Attribute("strides", Patch, Patch));
        string x = _graph.Transpose(_graph.Reshape(patches, 0, Width, tokens), 0, 2, 1);
        string batch = _graph.Add("Gather", [_graph.Add("Shape", [x]), _graph.Int64s(0)]);
        string shape = _graph.Concat([batch, _graph.Int64s(1, Width)], 0);
        x = _graph.Concat([_graph.Add("Expand", [Weight("cls_token", 1, 1, Width), shape]), x], 1);
        x = _graph.Plus(x, Weight("pos_embed", 1, tokens + 1, Width));
        for (int block = 0; block < Depth; block++)
        {
            x = _graph.Plus(x, Attention(Normalize(x, $"blocks.{block}.norm1"), $"blocks.{block}.attn", tokens + 1));
            x = _graph.Plus(x, Mlp(Normalize(x, $"blocks.{block}.norm2"), $"blocks.{block}.mlp"));
        }

        string first = _graph.Add("Gather", [Normalize(x, "norm"), _graph.Int64(0)], GraphBuilder.Attribute("axis", 1L));
        _graph.AddNamed("logits", "Add", [_graph.MatMul(first, Weight("head.weight", Width, classes)), Zeros("head.bias", classes)]);
        _graph.Output("logits", TensorProto.Types.DataType.Float, null, classes);
        var model = new ModelProto { IrVersion = 8, ProducerName = "benchmark", Graph = _graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return OnnxModel.Parse(new OnnxModel(model).ToBytes());
    }

    private string Attention(string x, string name, int tokens)
    {
        string qkv = _graph.Reshape(Dense(x, name + ".qkv", Width, 3 * Width), 0, tokens, 3, Heads, Width / Heads);
        string moved = _graph.Transpose(qkv, 2, 0, 3, 1, 4);
        string Part(int index) => _graph.Add("Gather", [moved, _graph.Int64(index)], GraphBuilder.Attribute("axis", 0L));
        string scores = _graph.Times(
            _graph.MatMul(Part(0), _graph.TransposeMatrix(Part(1), 4)), (float)(1 / Math.Sqrt((double)Width / Heads)));
        string mixed = _graph.MatMul(_graph.Add("Softmax", [scores], GraphBuilder.Attribute("axis", -1L)), Part(2));
        return Dense(_graph.Reshape(_graph.Transpose(mixed, 0, 2, 1, 3), 0, tokens, Width), name + ".proj", Width, Width);
    }

    private string Mlp(string x, string name)
    {
        string hidden = Dense(x, name + ".fc1", Width, 4 * Width);
        string erf = _graph.Add("Erf", [_graph.Times(hidden, (float)Math.Sqrt(0.5))]);
        string gelu = _graph.Times(_graph.Times(hidden, _graph.Plus(erf, _graph.Scalar(1))), 0.5f);
        return Dense(gelu, name + ".fc2", 4 * Width, Width);
    }

    private string Normalize(string x, string name)
    {
        float[] ones = new float[Width];
        Array.Fill(ones, 1);
        return _graph.Add(
            "LayerNormalization", [x, _graph.Initializer(name + ".weight", ones, [Width]), Zeros(name + ".bias", Width)],
                GraphBuilder.Attribute("epsilon", 1e-6f));
    }

    private string Dense(string x, string name, int inputs, int outputs) =>
        _graph.Plus(_graph.MatMul(x, Weight(name + ".weight", inputs, outputs)), Zeros(name + ".bias", outputs));

    private string Zeros(string name, int count) => _graph.Initializer(name, new float[count], [count]);

    private string Weight(string name, params long[] dimensions)
    {
        float[] values = new float[TensorShape.Count(dimensions)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(0.02 * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
        return _graph.Initializer(name, values, dimensions);
    }
}
