using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Which nodes of a network compute with integers, and which tensors are rounded for that. Convolutions do, and so does what lies between
/// them as long as it adds, joins or pools their results. All else stays as it is, the dense layers of the classifier's head among it.
/// </summary>
internal sealed class QuantizationPlan
{
    private readonly OnnxModel _model;
    private readonly GraphIndex _index;
    private readonly HashSet<string> _outputs;
    private readonly HashSet<string> _results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _rangeOf = new(StringComparer.Ordinal);
    private readonly Dictionary<int, QuantizedNode> _nodes = [];
    private readonly List<string> _tensors = [];
    private readonly List<int> _convolutions = [];

    private QuantizationPlan(OnnxModel model)
    {
        _model = model;
        _index = model.Index;
        _outputs = model.Proto.Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (int i in _index.DynamicNodes)
            Add(i, _index.Graph.Node[i]);
    }

    /// <summary>The nodes by their place in the graph.</summary>
    public IReadOnlyDictionary<int, QuantizedNode> Nodes => _nodes;

    /// <summary>The tensors that are rounded, each with a range of its own, in the order in which they are made.</summary>
    public IReadOnlyList<string> Tensors => _tensors;

    /// <summary>The places of the convolutions that compute with integers.</summary>
    public IReadOnlyList<int> Convolutions => _convolutions;

    /// <summary>The number of convolutions that stay as they are.</summary>
    public int FloatConvolutions { get; private set; }

    /// <summary>Plans a network whose normalization has been folded.</summary>
    public static QuantizationPlan Of(OnnxModel model) => new(model);

    /// <summary>The tensor whose range a rounded tensor shares: a maximum is a number that was there before.</summary>
    public string RangeOf(string tensor) => _rangeOf[tensor];

    private void Add(int position, NodeProto node)
    {
        bool isConvolution = node.Is("Conv");
        if (!(isConvolution ? IsQuantizable(node) : IsBetween(node)))
        {
            FloatConvolutions += isConvolution ? 1 : 0;
            return;
        }

        int? activation = ActivationAfter(node.Output[0]);
        string result = activation is { } next ? _index.Graph.Node[next].Output[0] : node.Output[0];
        foreach (string input in _index.DynamicInputs(node))
            AddTensor(input, input);
        AddTensor(result, node.Is("MaxPool") && activation is null ? RangeOf(node.Input[0]) : result);
        _nodes[position] = new QuantizedNode(position, activation, result);
        _results.Add(result);
        if (isConvolution)
            _convolutions.Add(position);
    }

    private void AddTensor(string tensor, string range)
    {
        if (_rangeOf.TryAdd(tensor, range) && range == tensor)
            _tensors.Add(tensor);
    }

    private bool IsQuantizable(NodeProto node) =>
        HasPlaces(node.Output[0]) && IsFloatConstant(node.Input[1], rank: 4)
            && (node.InputOrEmpty(2).Length == 0 || IsFloatConstant(node.Input[2], rank: 1));

    /// <summary>Whether a node works on results that are rounded anyway.</summary>
    private bool IsBetween(NodeProto node)
    {
        bool isKnown = node.Is("Concat") || node.Is("MaxPool") || node.Is("AveragePool") || (node.Is("Add") || node.Is("Sum"))
            && node.Input.Count == 2;
        return isKnown && node.Output.Count == 1 && HasPlaces(node.Output[0]) && node.Input.Any(_results.Contains)
            && node.Input.All(input => _index.IsDynamic(input) && HasPlaces(input));
    }

    /// <summary>
    /// Whether a tensor is maps of more than one place. What is computed from the means of whole maps costs next to nothing, and decides a
    /// lot.
    /// </summary>
    private bool HasPlaces(string tensor) =>
        _model.TensorInfo(tensor) is { ElementType: OnnxElementType.Float, Dimensions: [_, _, var height, var width] }
            && (height, width) is not (1, 1);

    /// <summary>
    /// The only reader of a tensor where it cuts off what is below 0 and, perhaps, above a limit: the range of its result says the same.
    /// </summary>
    private int? ActivationAfter(string tensor)
    {
        if (_outputs.Contains(tensor) || _index.Consumers(tensor) is not [var only])
            return null;
        var node = _index.Graph.Node[only];
        bool isCut = node.Is("Relu")
            || node.Is("Clip") && node.Input[0] == tensor && Number(node.InputOrEmpty(1)) is 0
                && (node.InputOrEmpty(2).Length == 0 || Number(node.Input[2]) is > 0);
        return isCut ? only : null;
    }

    private float? Number(string tensor) =>
        _index.IsFloatConstant(tensor) && _index.Constants[tensor] is { Count: 1 } constant ? constant.ReadFloats()[0] : null;

    private bool IsFloatConstant(string tensor, int rank) =>
        _index.IsFloatConstant(tensor) && _index.Constants[tensor].Dimensions.Count == rank;
}
