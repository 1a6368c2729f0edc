using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Appends nodes, constants, inputs and outputs to a graph. Names are made unique with a prefix and a counter, so that built parts never
/// collide with the nodes of a loaded model.
/// </summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class GraphBuilder
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly string _prefix;

    /// <param name="graph">The graph that grows.</param>
    /// <param name="prefix">Starts every generated name, for instance <c>"head/"</c>.</param>
    public GraphBuilder(GraphProto graph, string prefix)
    {
        Graph = graph;
        _prefix = prefix;
        Take(graph);
    }

    /// <summary>The graph that grows.</summary>
    public GraphProto Graph { get; }

    /// <summary>The version of the standard operator set that the nodes are read in.</summary>
    public int Opset { get; init; } = ModelLimits.WrittenOpset;

    /// <summary>The graph as a model of its own.</summary>
    public OnnxModel ToModel()
    {
        var proto = new ModelProto { IrVersion = ModelLimits.WrittenIrVersion, Graph = Graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        return new OnnxModel(proto);
    }

    /// <summary>Appends a node with one output and returns the output's name.</summary>
    public string Add(string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        AddNamed(Unique(operatorType), operatorType, inputs, attributes);

    /// <summary>Appends a node whose single output has the given name.</summary>
    public string AddNamed(string output, string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        Append(operatorType, inputs, [output], attributes);
        return output;
    }

    /// <summary>Appends a node with several outputs, which get generated names.</summary>
    public string[] AddMany(string operatorType, ReadOnlySpan<string> inputs, int outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var names = new string[outputs];
        for (int i = 0; i < outputs; i++)
            names[i] = Unique(operatorType);
        Append(operatorType, inputs, names, attributes);
        return names;
    }

    /// <summary>A scalar float constant; equal constants are stored once.</summary>
    public string Scalar(float value) => Shared(
        FormattableString.Invariant($"f{BitConverter.SingleToInt32Bits(value)}"), () => Initializer(Unique("scalar"), [value], []));

    /// <summary>A one-dimensional int64 constant, as shapes, axes and pads need it; equal constants are stored once.</summary>
    public string Int64s(params ReadOnlySpan<long> values)
    {
        long[] copy = values.ToArray();
        return Shared("i" + string.Join(',', copy), () => Initializer(Unique("shape"), copy, [copy.Length]));
    }

    /// <summary>A scalar int64 constant.</summary>
    public string Int64(long value) => Shared(
        FormattableString.Invariant($"s{value}"), () => Initializer(Unique("index"), [value], []));

    /// <summary>Appends a float initializer under the given name.</summary>
    public string Initializer(string name, ReadOnlySpan<float> data, ReadOnlySpan<long> dimensions)
    {
        Graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(data), dimensions));
        _names.Add(name);
        return name;
    }

    /// <summary>Appends an int64 initializer under the given name.</summary>
    public string Initializer(string name, ReadOnlySpan<long> data, ReadOnlySpan<long> dimensions)
    {
        Graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(data), dimensions));
        _names.Add(name);
        return name;
    }

    /// <summary>Appends a one-dimensional string initializer under the given name.</summary>
    public string Initializer(string name, IReadOnlyList<string> data)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.String };
        tensor.Dims.Add(data.Count);
        tensor.StringData.AddRange(data.Select(ByteString.CopyFromUtf8));
        Graph.Initializer.Add(tensor);
        _names.Add(name);
        return name;
    }

    /// <summary>Declares a graph input; a null dimension is free and gets the parameter name <c>N</c>.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long?> dimensions)
    {
        Graph.Input.Add(ValueInfo(name, type, dimensions));
        _names.Add(name);
        return name;
    }

    /// <summary>Declares a graph output; a null dimension is free and gets the parameter name <c>N</c>.</summary>
    public void Output(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long?> dimensions) =>
        Graph.Output.Add(ValueInfo(name, type, dimensions));

    /// <summary>A name that no node, tensor or input of the graph, or of one nested in it, has yet.</summary>
    public string Unique(string stem)
    {
        string name = _prefix + stem;
        for (int i = 1; !_names.Add(name); i++)
            name = FormattableString.Invariant($"{_prefix}{stem}_{i}");
        return name;
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A list-of-integers attribute.</summary>
    public static AttributeProto Attribute(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values)
            attribute.Ints.Add(value);
        return attribute;
    }

    /// <summary>A float attribute.</summary>
    public static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>A string attribute.</summary>
    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>A tensor description with a null dimension for a free one.</summary>
    public static ValueInfoProto ValueInfo(string name, TensorProto.Types.DataType type, ReadOnlySpan<long?> dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (long? dimension in dimensions)
        {
            shape.Dim.Add(dimension is { } size
                ? new TensorShapeProto.Types.Dimension { DimValue = size }
                : new TensorShapeProto.Types.Dimension { DimParam = "N" });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    /// <summary>A tensor whose content is a copy of the given bytes (little-endian).</summary>
    public static TensorProto Tensor(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> data, ReadOnlySpan<long> dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(data) };
        foreach (long dimension in dimensions)
            tensor.Dims.Add(dimension);
        return tensor;
    }

    /// <summary>Takes the names of a graph, and of those nested in its nodes: none may be made twice.</summary>
    private void Take(GraphProto graph)
    {
        _names.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
        _names.UnionWith(graph.Input.Select(input => input.Name));
        foreach (var node in graph.Node)
        {
            _names.UnionWith(node.Output);
            _names.Add(node.Name);
            foreach (var nested in ModelValidator.NestedGraphs(node))
                Take(nested);
        }
    }

    private void Append(
        string operatorType, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operatorType, Name = outputs[0] };
        foreach (string input in inputs)
            node.Input.Add(input);
        foreach (string output in outputs)
        {
            _names.Add(output);
            node.Output.Add(output);
        }

        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        Graph.Node.Add(node);
    }

    private string Shared(string key, Func<string> create)
    {
        if (!_constants.TryGetValue(key, out string? name))
            _constants[key] = name = create();
        return name;
    }
}
