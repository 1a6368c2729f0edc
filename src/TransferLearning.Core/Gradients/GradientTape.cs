using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>The state of one backward pass: which tensors need a gradient, and the contributions that have come in so far.</summary>
internal sealed class GradientTape
{
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _contributions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<GradientPart>> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dependent;

    public GradientTape(
        GraphBuilder graph, IReadOnlyList<NodeProto> forward, IReadOnlySet<string> wanted, IReadOnlyDictionary<string, long[]> shapes)
    {
        Graph = graph;
        _shapes = shapes;
        _initializers = graph.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _dependent = new HashSet<string>(wanted, StringComparer.Ordinal);
        foreach (var node in forward)
        {
            if (node.Is("Constant") && ConstantTensor.ContentOf(node) is { } value)
                _constants[node.Output[0]] = value;
            if (!DifferentiableInputs.Stops(node) && node.Input.Any(_dependent.Contains))
                _dependent.UnionWith(node.Output);
        }
    }

    public GraphBuilder Graph { get; }

    /// <summary>Whether gradients have the forms that graphics cards are fast with.</summary>
    public bool ForAccelerator { get; init; }

    /// <summary>Whether a wanted tensor is this one or goes into it.</summary>
    public bool NeedsGradient(string tensor) => _dependent.Contains(tensor);

    /// <summary>Adds one summand to the gradient of a tensor: a tensor that several nodes read gets one from each.</summary>
    public void Contribute(string tensor, string gradient)
    {
        if (!_contributions.TryGetValue(tensor, out var list))
            _contributions[tensor] = list = [];
        list.Add(gradient);
    }

    /// <summary>Adds a summand that is zero outside a part of the tensor.</summary>
    public void Contribute(string tensor, GradientPart part)
    {
        if (!_parts.TryGetValue(tensor, out var list))
            _parts[tensor] = list = [];
        list.Add(part);
    }

    /// <summary>The sum of all contributions, or null where there are none. Appends the adding nodes once.</summary>
    public string? Gradient(string tensor)
    {
        if (_parts.Remove(tensor, out var parts))
        {
            foreach (string whole in GradientPart.Join(Graph, parts, Shape(tensor)))
                Contribute(tensor, whole);
        }

        if (!_contributions.TryGetValue(tensor, out var list))
            return null;
        while (list.Count > 1)
        {
            list[0] = Graph.Plus(list[0], list[1]);
            list.RemoveAt(1);
        }

        return list[0];
    }

    /// <summary>The shape of a tensor.</summary>
    public long[] Shape(string tensor)
    {
        if (_shapes.TryGetValue(tensor, out long[]? shape))
            return shape;
        if (_initializers.TryGetValue(tensor, out var initializer) || _constants.TryGetValue(tensor, out initializer))
            return [.. initializer.Dims];
        throw new OnnxGraphException($"The shape of tensor '{tensor}' is not known, so its gradient cannot be written.");
    }

    /// <summary>The content of a tensor that does not change while the graph runs; null where it is computed or trained.</summary>
    public TensorProto? Stored(string tensor) =>
        _initializers.GetValueOrDefault(tensor) ?? _constants.GetValueOrDefault(tensor)
        ?? Graph.Graph.Initializer.FirstOrDefault(added => added.Name == tensor); // gradients add constants while the pass runs

    /// <summary>The integers of a tensor that does not change while the graph runs, whatever their declared width.</summary>
    public long[] Constant(string tensor, NodeProto reader)
    {
        var constant = Required(tensor, reader);
        return TensorContent.IsInteger((OnnxElementType)constant.DataType)
            ? TensorContent.ReadIntegers(constant, $"'{tensor}'")
            : throw Unsupported(reader, $"its input '{tensor}' holds {(OnnxElementType)constant.DataType} numbers, but must hold integers");
    }

    /// <summary>The numbers of a tensor that does not change while the graph runs, integers included.</summary>
    public float[] ConstantFloats(string tensor, NodeProto reader)
    {
        var constant = Required(tensor, reader);
        return TensorContent.IsFloating((OnnxElementType)constant.DataType)
            ? [.. TensorContent.ReadReals(constant, $"'{tensor}'").Select(value => (float)value)]
            : [.. Constant(tensor, reader).Select(value => (float)value)];
    }

    private TensorProto Required(string tensor, NodeProto reader) =>
        Stored(tensor) ?? throw Unsupported(reader, $"its input '{tensor}' is computed while the graph runs, but has to be constant");

    /// <summary>The error for a node that cannot be differentiated.</summary>
    public static UntrainableNodeException Unsupported(NodeProto node, string reason, Exception? cause = null) =>
        new(new NodeIdentity(node.Describe(), node.Output[0]), reason, cause: cause);
}
