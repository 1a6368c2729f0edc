using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Rewrites a forward graph so that a batch is computed as one wide image: activations [N, C, H, W] are kept as [1, C, H, W·N], images
/// innermost. A training step gains from that, in which weights are inputs and ONNX Runtime therefore cannot choose its own layout:
/// 1×1 convolutions become one matrix product for the whole batch, and so do their gradients, without the transpositions that a
/// batch in front needs; depthwise convolutions run over long rows, three times as fast. The numbers are the same up to rounding.
/// </summary>
/// <remarks>
/// Operators that mix images with places, or that have no folded form here, get their inputs back in the original layout; a graph may
/// change between both any number of times.
/// </remarks>
internal sealed class BatchFolding
{
    private readonly GraphBuilder _graph;
    private readonly IDictionary<string, long[]> _shapes;
    private readonly HashSet<string> _constants;
    private readonly Dictionary<string, FoldedTensor> _folded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unfolded = new(StringComparer.Ordinal);

    private readonly bool _forAccelerator;

    private BatchFolding(GraphBuilder graph, IDictionary<string, long[]> shapes, IEnumerable<string> constants, bool forAccelerator)
    {
        _forAccelerator = forAccelerator;
        _graph = graph;
        _shapes = shapes;
        _constants = constants.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Rewrites the nodes of the graph in place.</summary>
    /// <param name="graph">The forward graph, of operator set <see cref="BackwardPass.Opset"/>.</param>
    /// <param name="shapes">The shape of every tensor; gets entries for the tensors that are added.</param>
    /// <param name="parameters">The tensors that are no activations: weights and statistics. Initializers count as such anyway.</param>
    /// <param name="outputs">The tensors that have to exist afterwards, in their original layout.</param>
    /// <param name="forAccelerator">Whether a graphics card runs the graph.</param>
    public static void Apply(
        GraphBuilder graph,
        IDictionary<string, long[]> shapes,
        IEnumerable<string> parameters,
        IEnumerable<string> outputs,
        bool forAccelerator = false)
    {
        NodeProto[] nodes = [.. graph.Graph.Node];
        var constants = parameters.Concat(graph.Graph.Initializer.Select(tensor => tensor.Name));
        var folding = new BatchFolding(graph, shapes, constants, forAccelerator);
        graph.Graph.Node.Clear();
        foreach (var node in nodes)
            folding.Rewrite(node);
        foreach (string output in outputs)
            folding.Unfold(output);
    }

    private void Rewrite(NodeProto node)
    {
        if (node.Input.All(input => input.Length == 0 || _constants.Contains(input)))
            _constants.UnionWith(node.Output);
        else if (node.IsStandard && IsShaped(node) && TryFold(node))
            return;
        foreach (string input in node.Input)
            Unfold(input);
        _graph.Graph.Node.Add(node);
    }

    /// <summary>A tensor whose shape cannot be found (of a damaged model) is left to the gradients, which name it.</summary>
    private bool IsShaped(NodeProto node) => node.Input.Concat(node.Output).All(name => name.Length == 0 || _shapes.ContainsKey(name));

    private bool TryFold(NodeProto node) => node.OpType switch
    {
        "Conv" => TryConv(node),
        "Abs" or "Clip" or "Elu" or "Erf" or "Exp" or "Gelu" or "HardSigmoid" or "HardSwish" or "Identity" or "LeakyRelu" or "Log" or "Neg"
            or "Reciprocal" or "Relu" or "Sigmoid" or "Softplus" or "Sqrt" or "Tanh" => TryElementwise(node),
        "Add" or "Div" or "Mul" or "Pow" or "Sub" or "Sum" => TryArithmetic(node),
        "BatchNormalization" => TryNormalization(node),
        "Concat" => TryConcat(node),
        "GlobalAveragePool" => TryGlobalAverage(node),
        "ReduceMean" or "ReduceSum" => TryChannelStatistic(node),
        _ => false,
    };

    private bool TryConv(NodeProto node)
    {
        long[] shape = _shapes[node.Input[0]], shapeW = _shapes[node.Input[1]], output = _shapes[node.Output[0]];
        if (shape.Length != 4 || shape[0] < 2 || !_constants.Contains(node.Input[1]))
            return false;
        var geometry = WindowGeometry.Of(node, shape, output, shapeW.AsSpan(2));
        if (FoldedConvolution.Write(_graph, _shapes, node, geometry, shape, () => Fold(node.Input[0]), _forAccelerator) is not { } result)
            return false;
        _folded[node.Output[0]] = result;
        return true;
    }

    private bool TryElementwise(NodeProto node)
    {
        if (!_folded.TryGetValue(node.Input[0], out var x))
            return false;
        Emit(node, x.Native, [x.Name, .. node.Input.Skip(1)]);
        return true;
    }

    /// <summary>Operands are folded tensors, gates with one place per image, or parameters with one element per channel.</summary>
    private bool TryArithmetic(NodeProto node)
    {
        long[] output = _shapes[node.Output[0]];
        if (output.Length != 4 || !node.Input.Any(_folded.ContainsKey))
            return false;
        foreach (string input in node.Input)
        {
            long[] shape = _shapes[input];
            bool isActivation = shape.Length == 4 && shape[0] == output[0] && shape[1] == output[1]
                && (shape.AsSpan(2).SequenceEqual(output.AsSpan(2)) || (shape[2] == 1 && shape[3] == 1));
            if (!isActivation && !IsPerChannel(shape))
                return false;
        }

        var operands = node.Input.Select(input => IsPerChannel(_shapes[input]) ? null : Fold(input)).ToArray();
        var first = operands.First(operand => operand is not null)!;
        bool isUniform = node.Input.Count == operands.Count(operand => operand?.Native.AsSpan().SequenceEqual(first.Native) == true);
        long[] view = isUniform ? first.Native : [1, output[1], output[2] * output[3], output[0]];
        Emit(node, view, [.. operands.Select(
            (operand, i) => operand is null ? Parameter(node.Input[i]) : isUniform ? operand.Name : operand.View(operand.ByPlace))]);
        return true;
    }

    private bool TryNormalization(NodeProto node)
    {
        if (!_folded.TryGetValue(node.Input[0], out var x) || node.Int("training_mode", 0) != 0)
            return false;
        Emit(node, x.ByPlace, [x.View(x.ByPlace), .. node.Input.Skip(1)]);
        return true;
    }

    private bool TryConcat(NodeProto node)
    {
        if (node.Int("axis", 0) is not (1 or -3) || _shapes[node.Output[0]].Length != 4 || !node.Input.Any(_folded.ContainsKey))
            return false;
        var parts = node.Input.Select(Fold).ToArray();
        long[] output = _shapes[node.Output[0]];
        Emit(node, [1, output[1], output[2] * output[3], output[0]], [.. parts.Select(part => part.View(part.ByPlace))]);
        return true;
    }

    private bool TryGlobalAverage(NodeProto node)
    {
        if (!_folded.TryGetValue(node.Input[0], out var x))
            return false;
        long[] view = [1, x.Channels, 1, x.Images];
        string mean = _graph.Add("ReduceMean", [x.View(x.ByPlace), _graph.Int64s(2)], GraphBuilder.Attribute("keepdims", 1L));
        _folded[node.Output[0]] = new FoldedTensor(_graph, _shapes, mean, view, _shapes[node.Output[0]]);
        return true;
    }

    /// <summary>A reduction over images and places, as batch statistics are: its result [1, C, 1, 1] is the same in both layouts.</summary>
    private bool TryChannelStatistic(NodeProto node)
    {
        if (!_folded.TryGetValue(node.Input[0], out var x) || !_shapes[node.Output[0]].AsSpan().SequenceEqual([1, x.Channels, 1, 1]))
            return false;
        var copy = node.Clone();
        copy.Input[0] = x.View(x.ByPlace);
        _graph.Graph.Node.Add(copy);
        return true;
    }

    /// <summary>Appends a copy of a node that reads and writes folded tensors.</summary>
    private void Emit(NodeProto node, long[] view, IEnumerable<string> inputs)
    {
        var copy = node.Clone();
        copy.Input.Clear();
        copy.Input.AddRange(inputs);
        copy.Name = copy.Output[0] = _graph.Unique("folded/" + node.Output[0]);
        _graph.Graph.Node.Add(copy);
        _folded[node.Output[0]] = new FoldedTensor(_graph, _shapes, copy.Output[0], view, _shapes[node.Output[0]]);
    }

    /// <summary>A parameter of one number, or of one number per channel along the second axis of four.</summary>
    private static bool IsPerChannel(long[] shape) => shape.Length switch
    {
        <= 2 => shape.All(size => size == 1),
        3 => shape[1] == 1 && shape[2] == 1,
        4 => shape[0] == 1 && shape[2] == 1 && shape[3] == 1,
        _ => false,
    };

    private string Parameter(string name)
    {
        Unfold(name);
        return name;
    }

    /// <summary>The folded form of a tensor: one transposition where it comes in the original layout.</summary>
    private FoldedTensor Fold(string name)
    {
        if (_folded.TryGetValue(name, out var folded))
            return folded;
        long[] shape = _shapes[name], view = [shape[1], shape[2], shape[3], shape[0]];
        string transposed = _graph.Transpose(name, 1, 2, 3, 0);
        _unfolded.Add(name);
        return _folded[name] = new FoldedTensor(_graph, _shapes, transposed, view, shape);
    }

    /// <summary>Sees to it that a tensor exists in the original layout.</summary>
    private void Unfold(string name)
    {
        if (!_folded.TryGetValue(name, out var folded) || !_unfolded.Add(name))
            return;
        string view = folded.View(folded.Channels, folded.Original[2], folded.Original[3], folded.Images);
        _graph.AddNamed(name, "Transpose", [view], GraphBuilder.Attribute("perm", 3, 0, 1, 2));
    }
}
