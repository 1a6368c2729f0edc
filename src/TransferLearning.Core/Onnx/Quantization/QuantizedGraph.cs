using System.Runtime.InteropServices;
using TransferLearning.Onnx.Protobuf;
using DataType = TransferLearning.Onnx.Protobuf.TensorProto.Types.DataType;

namespace TransferLearning.Onnx;

/// <summary>
/// Writes a network with <c>QuantizeLinear</c> and <c>DequantizeLinear</c> around every node that computes with integers: the form in which
/// ONNX Runtime finds them and puts its integer kernels in their place, and which any other runtime computes in floats.
/// </summary>
internal sealed class QuantizedGraph
{
    private readonly OnnxModel _model;
    private readonly QuantizationPlan _plan;
    private readonly ActivationStatistics _statistics;
    private readonly IReadOnlyDictionary<string, ByteRange> _ranges;
    private readonly ParallelOptions _options;
    private readonly ModelProto _copy;
    private readonly GraphBuilder _graph;

    /// <summary>Where integer nodes find the rounded form of a tensor that keeps its exact form too.</summary>
    private readonly Dictionary<string, string> _rounded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Scale, string Zero)> _parameters = new(StringComparer.Ordinal);

    private QuantizedGraph(OnnxModel model, QuantizationPlan plan, ActivationStatistics statistics, ParallelOptions options)
    {
        _model = model;
        _plan = plan;
        _statistics = statistics;
        _ranges = statistics.Ranges();
        _options = options;
        _copy = model.Copy();
        _graph = new GraphBuilder(_copy.Graph, "quantized/");
    }

    /// <summary>Writes the network.</summary>
    /// <param name="model">The network in floats.</param>
    /// <param name="plan">What is done with each of its nodes.</param>
    /// <param name="statistics">What was seen of its tensors.</param>
    /// <param name="options">Threads and cancellation.</param>
    public static OnnxModel Write(OnnxModel model, QuantizationPlan plan, ActivationStatistics statistics, ParallelOptions options) =>
        new QuantizedGraph(model, plan, statistics, options).Write();

    private OnnxModel Write()
    {
        NodeProto[] nodes = [.. _copy.Graph.Node];
        _copy.Graph.Node.Clear();
        var replaced = _plan.Nodes.Values.Select(node => node.Activation).OfType<int>().ToHashSet();
        for (int position = 0; position < nodes.Length; position++)
        {
            if (_plan.Nodes.TryGetValue(position, out var quantized))
                WriteQuantized(nodes[position], quantized);
            else if (!replaced.Contains(position))
                _copy.Graph.Node.Add(nodes[position]);
        }

        GraphPruning.DropDead(_copy.Graph);
        ModelValidator.Validate(_copy);
        return new OnnxModel(_copy);
    }

    private void WriteQuantized(NodeProto node, QuantizedNode quantized)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        var original = _model.Index.Graph.Node[quantized.Position];
        for (int i = 0; i < node.Input.Count; i++)
        {
            if (_model.Index.IsDynamic(node.Input[i]))
                node.Input[i] = Rounded(node.Input[i]);
        }

        // ONNX Runtime has integer kernels for sums of two under this name only.
        if (node.Is("Sum"))
            node.OpType = "Add";
        if (node.Is("Conv"))
            WriteWeights(node, original, quantized.Output);
        node.Output[0] = _graph.Unique(quantized.Output);
        _copy.Graph.Node.Add(node);
        WriteRounding(node.Output[0], quantized.Output, quantized.Output);
        _rounded[quantized.Output] = quantized.Output;
    }

    private string Rounded(string tensor)
    {
        if (!_rounded.TryGetValue(tensor, out string? rounded))
            _rounded[tensor] = rounded = WriteRounding(tensor, tensor, _graph.Unique(tensor + "/rounded"));
        return rounded;
    }

    /// <summary>Appends the rounding of a tensor to bytes and back.</summary>
    /// <param name="source">What is rounded.</param>
    /// <param name="tensor">The tensor of the float network that it stands for.</param>
    /// <param name="result">What the result is called.</param>
    private string WriteRounding(string source, string tensor, string result)
    {
        var (scale, zero) = Parameters(_plan.RangeOf(tensor));
        string bytes = _graph.AddNamed(_graph.Unique(tensor + "/bytes"), "QuantizeLinear", [source, scale, zero]);
        _graph.AddNamed(result, "DequantizeLinear", [bytes, scale, zero]);

        // Another node may have the name that the tensor has.
        _copy.Graph.Node[^1].Name = _graph.Unique(tensor + "/floats");
        return result;
    }

    private (string Scale, string Zero) Parameters(string tensor)
    {
        if (_parameters.TryGetValue(tensor, out var known))
            return known;
        var range = _ranges[tensor];
        return _parameters[tensor] = (
            _graph.Initializer(_graph.Unique(tensor + "/scale"), [range.Scale], []),
            Store(tensor + "/zero", DataType.Uint8, (ReadOnlySpan<byte>)[range.Zero]));
    }

    private void WriteWeights(NodeProto node, NodeProto original, string result)
    {
        string source = original.Input[0];
        var input = _ranges[_plan.RangeOf(source)];
        var (kernels, bias) = QuantizedConvolution.Of(_model.Index, original, input, _statistics.Means(source), _options);
        float[] biasScales = [.. kernels.Scales.Select(scale => input.Scale * scale)];
        string scaled = Dequantized(
            result + "/kernels",
            Store(result + "/kernels", DataType.Int8, kernels.Integers, [.. _model.Index.Constants[original.Input[1]].Dimensions]),
            kernels.Scales, Store(result + "/kernels/zero", DataType.Int8, new sbyte[kernels.Scales.Length], kernels.Scales.Length));
        string shifted = Dequantized(
            result + "/bias", Store(result + "/bias", DataType.Int32, bias, bias.Length), biasScales,
            Store(result + "/bias/zero", DataType.Int32, new int[bias.Length], bias.Length));
        node.Input.Clear();
        node.Input.AddRange([Rounded(source), scaled, shifted]);
    }

    private string Dequantized(string name, string integers, float[] scales, string zeros) => _graph.AddNamed(
        _graph.Unique(name + "/rounded"), "DequantizeLinear",
        [integers, _graph.Initializer(_graph.Unique(name + "/scale"), scales, [scales.Length]), zeros], GraphBuilder.Attribute("axis", 0L));

    private string Store<T>(string name, DataType type, ReadOnlySpan<T> data, params ReadOnlySpan<long> dimensions)
        where T : struct
    {
        string unique = _graph.Unique(name);
        _copy.Graph.Initializer.Add(GraphBuilder.Tensor(unique, type, MemoryMarshal.AsBytes(data), dimensions));
        return unique;
    }

    private string Store<T>(string name, DataType type, T[] data, params ReadOnlySpan<long> dimensions)
        where T : struct => Store(name, type, (ReadOnlySpan<T>)data, dimensions);
}
