using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The step graph as the first design had it, the baseline of <see cref="StepComparison"/>: images keep the layout [N, C, H, W], a
/// depthwise kernel's gradient is one convolution over the images laid under each other, and SGD with momentum is part of the graph. It
/// knows the operators of MobileNetV2 and no others.
/// </summary>
internal sealed class PlainStepGraph
{
    public const string Targets = "onehot";
    public const string Rate = "lr";
    public const string Loss = "loss";
    private const float Momentum = 0.9f;

    private readonly Dictionary<string, long[]> _shapes;
    private readonly Dictionary<string, string> _gradients = new(StringComparer.Ordinal);
    private readonly GraphBuilder _graph;
    private readonly string _cut;
    private readonly long _batch;

    private PlainStepGraph(TrainableNetwork network, GraphProto graph, Dictionary<string, long[]> shapes)
    {
        _graph = new GraphBuilder(graph, "plain/");
        _shapes = shapes;
        _cut = network.Cut;
        _batch = shapes[_cut][0];
    }

    /// <summary>Every weight is an input <c>w</c> with its momentum <c>w.m</c>, and comes out as <c>w.new</c> and <c>w.m.new</c>.</summary>
    public static OnnxModel Build(TrainableNetwork network, int batch)
    {
        var shapes = new Dictionary<string, long[]>(ShapeInference.Infer(network.Model, batch), StringComparer.Ordinal);
        var proto = TrainablePart.Extract(network.Model, shapes, network.Cut, network.Logits).Proto.Clone();
        proto.IrVersion = 8;
        proto.OpsetImport.First(set => set.Domain is "" or "ai.onnx").Version = 13;
        NodeProto[] nodes = [.. proto.Graph.Node];
        foreach (var parameter in network.Parameters)
            proto.Graph.Initializer.Remove(proto.Graph.Initializer.First(tensor => tensor.Name == parameter.Name));
        new PlainStepGraph(network, proto.Graph, shapes).Append(network, nodes);
        return new OnnxModel(proto);
    }

    private void Append(TrainableNetwork network, NodeProto[] nodes)
    {
        long[] matrix = _shapes[network.Logits];
        _graph.Graph.Output.Clear();
        _graph.Input(Targets, TensorProto.Types.DataType.Float, [.. matrix]);
        _graph.Input(Rate, TensorProto.Types.DataType.Float);
        string logSoftmax = _graph.Add("LogSoftmax", [network.Logits], GraphBuilder.Attribute("axis", 1L));
        string sum = _graph.Sum(_graph.Times(logSoftmax, Targets), [0, 1], keepDimensions: false);
        _graph.AddNamed(Loss, "Div", [_graph.Neg(sum), _graph.Scalar(_batch)]);
        _graph.Output(Loss, TensorProto.Types.DataType.Float);
        Accumulate(network.Logits, _graph.Over(_graph.Minus(_graph.Add("Exp", [logSoftmax]), Targets), _graph.Scalar(_batch)));
        foreach (var node in nodes.Reverse())
            Differentiate(node, _gradients[node.Output[0]]);
        foreach (var parameter in network.Parameters)
            Update(parameter);
    }

    /// <summary><c>m ← μ·m + g; w ← w − rate·m</c>.</summary>
    private void Update(Parameter parameter)
    {
        long?[] dimensions = [.. parameter.Dimensions];
        string weight = _graph.Input(parameter.Name, TensorProto.Types.DataType.Float, dimensions);
        string momentum = _graph.Input(parameter.Name + ".m", TensorProto.Types.DataType.Float, dimensions);
        string moved = _graph.AddNamed(momentum + ".new", "Add", [_graph.Times(momentum, Momentum), _gradients[weight]]);
        string changed = _graph.AddNamed(weight + ".new", "Sub", [weight, _graph.Times(moved, Rate)]);
        _graph.Output(moved, TensorProto.Types.DataType.Float, dimensions);
        _graph.Output(changed, TensorProto.Types.DataType.Float, dimensions);
    }

    private void Differentiate(NodeProto node, string dy)
    {
        string x = node.Input[0];
        switch (node.OpType)
        {
            case "Gemm":
                Accumulate(x, _graph.MatMul(dy, node.Input[1]));
                _gradients[node.Input[1]] = _graph.MatMul(_graph.Transpose(dy, 1, 0), x);
                _gradients[node.Input[2]] = _graph.Sum(dy, [0], keepDimensions: false);
                break;
            case "Flatten" or "Reshape" or "Squeeze":
                Accumulate(x, _graph.Reshape(dy, _shapes[x]));
                break;
            case "GlobalAveragePool":
                Accumulate(x, _graph.Expand(_graph.Over(dy, _graph.Scalar(_shapes[x][2] * _shapes[x][3])), _shapes[x]));
                break;
            case "Clip":
                string inside =
                    _graph.Add("And", [_graph.Add("Greater", [x, _graph.Scalar(0)]), _graph.Add("Less", [x, _graph.Scalar(6)])]);
                Accumulate(x, _graph.Add("Where", [inside, dy, _graph.Scalar(0)]));
                break;
            case "Add":
                Accumulate(x, dy);
                Accumulate(node.Input[1], dy);
                break;
            case "Conv":
                Convolution(node, dy);
                break;
            default:
                throw new NotSupportedException($"The baseline cannot differentiate {node.OpType}.");
        }
    }

    private void Convolution(NodeProto node, string dy)
    {
        string x = node.Input[0], weight = node.Input[1];
        long[] shapeX = _shapes[x], shapeY = _shapes[node.Output[0]];
        long kernel = node.Ints("kernel_shape")![0], stride = node.Ints("strides")?[0] ?? 1;
        _gradients[node.Input[2]] = _graph.Sum(dy, [0, 2, 3], keepDimensions: false);
        if (kernel == 1)
        {
            if (x != _cut)
                Accumulate(x, _graph.Add("Conv", [dy, _graph.Transpose(weight, 1, 0, 2, 3)], GraphBuilder.Attribute("kernel_shape", 1, 1)));
            string product = _graph.MatMul(Rows(dy, shapeY), _graph.Transpose(Rows(x, shapeX), 1, 0));
            _gradients[weight] = _graph.Reshape(product, _shapes[weight]);
            return;
        }

        long[] pads = node.Ints("pads")!;
        if (x != _cut)
            Accumulate(x, DepthwiseInput(weight, dy, shapeX, shapeY, kernel, stride, pads));
        _gradients[weight] = DepthwiseWeight(x, weight, dy, kernel, stride, pads);
    }

    private string Rows(string x, long[] shape)
    {
        string places = _graph.Reshape(x, _batch, shape[1], shape[2] * shape[3]);
        return _graph.Reshape(_graph.Transpose(places, 1, 0, 2), shape[1], _batch * shape[2] * shape[3]);
    }

    private string DepthwiseInput(string weight, string dy, long[] shapeX, long[] shapeY, long kernel, long stride, long[] pads)
    {
        var window = GraphBuilder.Attribute("kernel_shape", kernel, kernel);
        var group = GraphBuilder.Attribute("group", shapeX[1]);
        if (stride == 1)
        {
            string flipped = _graph.Slice(weight, [-1, -1], [-1000, -1000], [2, 3], [-1, -1]);
            return _graph.Add("Conv", [dy, flipped], window, group, GraphBuilder.Attribute("pads", 1, 1, 1, 1));
        }

        long left = shapeX[2] - (((shapeY[2] - 1) * stride) - pads[0] - pads[2] + kernel);
        return _graph.Add(
            "ConvTranspose", [dy, weight], window, group, GraphBuilder.Attribute("pads", pads),
            GraphBuilder.Attribute("strides", stride, stride), GraphBuilder.Attribute("output_padding", left, left));
    }

    private string DepthwiseWeight(string x, string weight, string dy, long kernel, long stride, long[] pads)
    {
        // The images of the batch one under the other, with so many rows of zeros that no window reaches into the next image.
        long[] shapeX = _shapes[x];
        long channels = shapeX[1], height = shapeX[2], width = shapeX[3];
        long rows = (height + pads[0] + pads[2] - kernel) / stride + 1, columns = (width + pads[1] + pads[3] - kernel) / stride + 1;
        long padded = (((rows - 1) * stride) + kernel + stride - 1) / stride;
        long tall = stride * padded, wide = ((columns - 1) * stride) + kernel;
        string images =
            _graph.Add("Pad", [x, _graph.Int64s(0, 0, pads[0], pads[1], 0, 0, tall - height - pads[0], wide - width - pads[1])]);
        string kernels = _graph.Add("Pad", [dy, _graph.Int64s(0, 0, 0, 0, 0, 0, padded - rows, 0)]);
        string one = _graph.Reshape(_graph.Transpose(images, 1, 0, 2, 3), 1, channels, _batch * tall, wide);
        string each = _graph.Reshape(_graph.Transpose(kernels, 1, 0, 2, 3), channels, 1, _batch * padded, columns);
        string gradient = _graph.Add(
            "Conv", [one, each], GraphBuilder.Attribute("group", channels), GraphBuilder.Attribute("dilations", stride, stride),
            GraphBuilder.Attribute("pads", 0, 0, kernel - stride, 0), GraphBuilder.Attribute("kernel_shape", _batch * padded, columns));
        return _graph.Reshape(gradient, _shapes[weight]);
    }

    private void Accumulate(string tensor, string gradient) =>
        _gradients[tensor] = _gradients.TryGetValue(tensor, out string? known) ? _graph.Plus(known, gradient) : gradient;
}
