using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Replaces everything that a network computes from shapes, integers and constants by its value for one batch size, so that a step has
/// plain constants where exporters leave small programs. Weights are left alone, whatever is computed from them.
/// </summary>
internal sealed class ShapeFolding
{
    private readonly OnnxModel _model;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly HashSet<string> _weights;
    private readonly Dictionary<string, HostTensor> _values = new(StringComparer.Ordinal);
    private readonly List<TensorProto> _inlined = [];
    private readonly FoldingBudget _budget = new();

    private ShapeFolding(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes)
    {
        _model = model;
        _shapes = shapes;
        _weights = model.Index.Weights.Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Folds a model.</summary>
    /// <param name="model">The model, which stays as it is.</param>
    /// <param name="shapes">
    /// The shapes of its tensors for one batch size, see <see cref="ShapeInference.Infer"/>; unknown ones may be left out.
    /// </param>
    /// <returns>The model with constants in place of the folded nodes; the same model where there is nothing to fold.</returns>
    /// <exception cref="OnnxGraphException">
    /// A node that can be computed has inputs of the wrong type or shape; the message names it.
    /// </exception>
    public static OnnxModel Apply(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes) =>
        new ShapeFolding(model, shapes).Fold(keepsComputed: false);

    /// <summary>Replaces each If whose condition is known by the nodes of its branch, and changes nothing else.</summary>
    /// <inheritdoc cref="Apply"/>
    public static OnnxModel ChooseBranches(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes) =>
        model.Proto.Graph.Node.Any(node => node.Is("If")) ? new ShapeFolding(model, shapes).Fold(keepsComputed: true) : model;

    private OnnxModel Fold(bool keepsComputed)
    {
        var graph = _model.Proto.Graph;
        var kept = new List<NodeProto>(graph.Node.Count);
        var pending = new Stack<NodeProto>(graph.Node.Reverse());
        int inlined = 0, folded = 0;
        while (pending.TryPop(out var node))
        {
            if (TryChooseBranch(node) is { } branch)
            {
                inlined++;
                foreach (var inner in branch.Reverse())
                    pending.Push(inner);
            }
            else if (TryFold(node) && !keepsComputed)
            {
                folded++;
            }
            else
            {
                kept.Add(node);
            }
        }

        if (inlined == 0 && folded == 0)
            return _model;
        var copy = _model.Copy();
        copy.Graph.Node.Clear();
        copy.Graph.Node.AddRange(kept.Select(node => node.Clone()));
        copy.Graph.Initializer.AddRange(_inlined);
        if (keepsComputed)
            return new OnnxModel(copy);
        var needed = kept.SelectMany(NodeOrder.InputsOf).Concat(graph.Output.Select(output => output.Name))
            .ToHashSet(StringComparer.Ordinal);
        needed.ExceptWith(copy.Graph.Initializer.Select(tensor => tensor.Name));
        foreach (string name in needed)
        {
            if (_values.TryGetValue(name, out var value))
                copy.Graph.Initializer.Add(value.ToProto(name));
        }

        return new OnnxModel(copy);
    }

    /// <summary>The nodes of the branch that an If takes, with names of their own; null where that is not known.</summary>
    private NodeProto[]? TryChooseBranch(NodeProto node)
    {
        if (!node.Is("If") || Value(node.InputOrEmpty(0)) is not { Integers: [var condition] }
            || node.Find(condition != 0 ? "then_branch" : "else_branch")?.G is not { } found)
        {
            return null;
        }

        var branch = found.Clone();
        var own = branch.Initializer.Select(tensor => tensor.Name).Concat(branch.Node.SelectMany(inner => inner.Output))
            .Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
        TensorNames.Rename(branch, name => own.Contains(name) ? $"{node.Output[0]}/{name}" : name);
        foreach (var tensor in branch.Initializer)
        {
            _inlined.Add(tensor);
            if (HostTensor.TryRead(tensor, $"'{tensor.Name}'") is { Integers: not null } value)
                _values[tensor.Name] = value;
        }

        return [.. branch.Node, .. node.Output.Zip(branch.Output).Where(pair => pair.First.Length > 0)
            .Select(pair => new NodeProto { OpType = "Identity", Input = { pair.Second.Name }, Output = { pair.First } })];
    }

    private bool TryFold(NodeProto node)
    {
        if (!node.IsStandard || node.Output.All(output => output.Length == 0) || node.Output.Any(_weights.Contains))
            return false;
        if (node.OpType is "Shape" or "Size")
            return TryShape(node);
        var inputs = new HostTensor?[node.Input.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Input[i].Length > 0 && (inputs[i] = Value(node.Input[i])) is null)
                return false;
        }

        var evaluated = new EvaluatedNode(node, inputs, _model.OpsetVersion, _budget);
        if (node.OpType == "Split")
        {
            if (ConstantEvaluator.TrySplit(evaluated) is not { } parts)
                return false;
            for (int i = 0; i < parts.Length; i++)
                _values[node.Output[i]] = parts[i];
            return true;
        }

        if (node.Output.Count != 1 || ConstantEvaluator.TryEvaluate(evaluated) is not { } value)
            return false;
        _values[node.Output[0]] = value;
        return true;
    }

    private bool TryShape(NodeProto node)
    {
        string input = node.InputOrEmpty(0);
        long[]? shape = _shapes.GetValueOrDefault(input) ?? _values.GetValueOrDefault(input)?.Dimensions
            ?? (_model.Index.Constants.TryGetValue(input, out var constant) ? [.. constant.Dimensions] : null);
        if (shape is null)
            return false;
        if (node.OpType == "Size")
        {
            _values[node.Output[0]] = HostTensor.Of(TensorShape.Count(shape)).Reshaped();
            return true;
        }

        // Negative numbers count from the end, and both are cut to the range.
        int rank = shape.Length, start = Clamp(node.Int("start", 0), rank), end = Clamp(node.Int("end", rank), rank);
        _values[node.Output[0]] = HostTensor.Of(start < end ? shape[start..end] : []);
        return true;
    }

    private static int Clamp(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);

    /// <summary>The value of a tensor, if it is known and no weight.</summary>
    private HostTensor? Value(string name)
    {
        if (_values.TryGetValue(name, out var value))
            return value;
        if (_weights.Contains(name) || !_model.Index.Constants.TryGetValue(name, out var constant) || constant.Node is not null
            || constant.Count > FoldingBudget.MaxElements || constant.Stored is null)
        {
            return null;
        }

        value = HostTensor.TryRead(constant.Stored, $"'{name}'");
        if (value is not null)
            _values[name] = value;
        return value;
    }
}
