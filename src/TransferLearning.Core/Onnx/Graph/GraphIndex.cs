using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Who makes and who reads each tensor of a graph, which tensors depend on the network's input, and which constants the rest comes from.
/// Built once for a model; the graph must not change afterwards.
/// </summary>
internal sealed class GraphIndex
{
    /// <summary>
    /// What is computed from more constants than this is no weight in another form; also bounds the work on hostile graphs.
    /// </summary>
    private const int MaxRoots = 32;

    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConstantTensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ConstantTensor>> _roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dynamic = new(StringComparer.Ordinal);
    private readonly HashSet<string> _weighted = new(StringComparer.Ordinal);
    private readonly List<int> _dynamicNodes = [];
    private readonly Lazy<HashSet<NodeProto>> _smooth;
    private readonly Lazy<List<ConstantTensor>> _weights;

    public GraphIndex(GraphProto graph)
    {
        Graph = graph;
        foreach (var tensor in graph.Initializer)
            _constants[tensor.Name] = ConstantTensor.From(tensor);
        var sparse = graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? "").ToHashSet(StringComparer.Ordinal);
        Inputs = [.. graph.Input.Where(input => !_constants.ContainsKey(input.Name) && !sparse.Contains(input.Name))];
        _dynamic.UnionWith(Inputs.Select(input => input.Name));

        // Nodes are in an order in which they can run, so one pass sees every input before it is read.
        for (int i = 0; i < graph.Node.Count; i++)
            AddNode(i, graph.Node[i]);
        _smooth = new Lazy<HashSet<NodeProto>>(FindSmooth);
        _weights = new Lazy<List<ConstantTensor>>(FindWeights);
    }

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>The graph inputs that are not initializers.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>
    /// The indices of the nodes whose outputs depend on the content of the network's input, in running order. What depends on its shape
    /// alone is no part of them.
    /// </summary>
    public IReadOnlyList<int> DynamicNodes => _dynamicNodes;

    /// <summary>All constants by name.</summary>
    public IReadOnlyDictionary<string, ConstantTensor> Constants => _constants;

    /// <summary>Every weight once, in the order in which the nodes read them.</summary>
    public IReadOnlyList<ConstantTensor> Weights => _weights.Value;

    /// <summary>The index of the node that makes a tensor, or −1.</summary>
    public int Producer(string tensor) => _producers.GetValueOrDefault(tensor, -1);

    /// <summary>The node that makes a tensor, or null.</summary>
    public NodeProto? ProducerNode(string tensor) => _producers.TryGetValue(tensor, out int index) ? Graph.Node[index] : null;

    /// <summary>The indices of the nodes that read a tensor, in running order.</summary>
    public IReadOnlyList<int> Consumers(string tensor) => _consumers.TryGetValue(tensor, out var list) ? list : [];

    /// <summary>Whether a tensor depends on the content of the network's input, not on its shape alone.</summary>
    public bool IsDynamic(string tensor) => _dynamic.Contains(tensor);

    /// <summary>Whether the graph has a tensor of this name.</summary>
    public bool HasTensor(string tensor) => _producers.ContainsKey(tensor) || _constants.ContainsKey(tensor) || _dynamic.Contains(tensor);

    /// <summary>The inputs of a node that depend on the network's input.</summary>
    public IEnumerable<string> DynamicInputs(NodeProto node) => NodeOrder.InputsOf(node).Where(_dynamic.Contains);

    /// <summary>
    /// The floating-point constants that a constant tensor comes from: itself, or what it is reshaped, transposed or otherwise computed
    /// from; of a quantized weight its integers.
    /// </summary>
    public IReadOnlyList<ConstantTensor> RootsOf(string tensor)
    {
        if (_roots.TryGetValue(tensor, out var known))
            return known;
        if (_constants.TryGetValue(tensor, out var constant))
            return _roots[tensor] = TensorContent.IsFloating(constant.ElementType) ? [constant] : [];
        return [];
    }

    /// <summary>Whether something that a node reads was computed with weights, so that it is no preparation of the image.</summary>
    public bool IsAfterWeights(NodeProto node) => node.Input.Any(_weighted.Contains) || !node.Input.Any(_dynamic.Contains);

    /// <summary>Whether an output of the graph changes smoothly with what a node makes.</summary>
    public bool ReachesOutput(NodeProto node) => _smooth.Value.Contains(node);

    /// <summary>Whether a tensor is a constant of 32-bit floats.</summary>
    public bool IsFloatConstant(string tensor) =>
        _constants.TryGetValue(tensor, out var constant) && constant.ElementType == OnnxElementType.Float;

    /// <summary>The int64 numbers of a constant (a shape, axes, pads), or null.</summary>
    public long[]? ConstantInt64s(string tensor) => _constants.TryGetValue(tensor, out var constant) ? constant.TryReadInt64s() : null;

    private void AddNode(int index, NodeProto node)
    {
        bool isDynamic = false;
        foreach (string input in NodeOrder.InputsOf(node))
        {
            if (!_consumers.TryGetValue(input, out var list))
                _consumers[input] = list = [];
            if (list.Count == 0 || list[^1] != index)
                list.Add(index);
            isDynamic |= _dynamic.Contains(input);
        }

        isDynamic &= !(node.Is("Shape") || node.Is("Size"));

        foreach (string output in node.Output)
        {
            if (output.Length == 0)
                continue;
            _producers[output] = index;
            if (isDynamic)
                _dynamic.Add(output);
        }

        if (isDynamic)
        {
            _dynamicNodes.Add(index);
            if (NodeOrder.InputsOf(node).Any(_weighted.Contains) || NodeWeights.CandidatesOf(this, node).Trained.Count > 0)
                _weighted.UnionWith(node.Output);
        }
        else if (ConstantTensor.From(node, _constants) is { } constant)
            _constants[constant.Name] = constant;
        else
            AddDerived(node);
    }

    private void AddDerived(NodeProto node)
    {
        if (DifferentiableInputs.Stops(node))
            return;

        // The integers of a quantized weight are what was learned; their scales are not.
        ConstantTensor[] roots = node.Is("DequantizeLinear")
            ? (_constants.TryGetValue(node.Input[0], out var integers) ? [integers] : [])
            : [.. Sources(node).SelectMany(RootsOf).DistinctBy(root => root.Name, StringComparer.Ordinal)];
        if (roots.Any(root => root.IsFill) && !OperatorKinds.IsView(node))
            roots = [];
        if (roots.Length > MaxRoots)
            roots = [];
        foreach (string output in node.Output)
            _roots[output] = roots;
    }

    /// <summary>The inputs of a node that its output changes smoothly with.</summary>
    private static IEnumerable<string> Sources(NodeProto node) => node.Attribute.Count > 0 && ModelValidator.NestedGraphs(node).Any()
        ? NodeOrder.InputsOf(node)
        : node.Input.Where((input, position) => input.Length > 0 && DifferentiableInputs.Contains(node, position));

    private HashSet<NodeProto> FindSmooth()
    {
        var reached = Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var nodes = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        for (int i = Graph.Node.Count - 1; i >= 0; i--)
        {
            var node = Graph.Node[i];
            if (!node.Output.Any(reached.Contains))
                continue;
            nodes.Add(node);
            reached.UnionWith(Sources(node));
        }

        // A network that gives nothing but its decision (the position of the highest score) was trained before that was appended.
        return nodes.Any(node => node.Output.Any(_weighted.Contains)) ? nodes
            : Graph.Node.ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
    }

    private List<ConstantTensor> FindWeights()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var weights = new List<ConstantTensor>();
        foreach (int index in _dynamicNodes)
        {
            var (trained, statistics) = NodeWeights.Of(this, Graph.Node[index]);
            weights.AddRange(trained.Concat(statistics).Where(weight => seen.Add(weight.Name)));
        }

        return weights;
    }
}
