using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Replaces calls of functions that a file defines by the nodes of these functions. Exporters write modules and composite operators as
/// functions; shapes, weights, heads and gradients are found in plain nodes.
/// </summary>
internal sealed class FunctionInlining
{
    /// <summary>Functions that call functions can multiply; far more nodes than any network has.</summary>
    private const int MaxNodes = 200_000;

    /// <summary>Calls in calls; a function that calls itself never ends.</summary>
    private const int MaxDepth = 32;

    private readonly Dictionary<(string Domain, string Name), FunctionProto> _functions = [];
    private readonly long _opset;
    private int _calls;
    private int _nodes;

    private FunctionInlining(ModelProto proto)
    {
        _opset = proto.OpsetImport.Last(import => IsStandard(import.Domain)).Version;
        foreach (var function in proto.Functions)
            _functions.TryAdd((function.Domain, function.Name), function);
    }

    /// <summary>Changes a validated model that defines functions; a function of another operator set stays.</summary>
    /// <exception cref="OnnxGraphException">A function calls itself, or the calls multiply beyond any network.</exception>
    public static void Apply(ModelProto proto)
    {
        if (proto.Functions.Count == 0)
            return;
        var inlining = new FunctionInlining(proto);
        NodeProto[] nodes = [.. proto.Graph.Node];
        proto.Graph.Node.Clear();
        foreach (var node in nodes)
            inlining.Add(node, proto.Graph.Node, depth: 0);
    }

    private void Add(NodeProto node, ICollection<NodeProto> target, int depth)
    {
        if (!_functions.TryGetValue((node.Domain, node.OpType), out var function)
            || function.OpsetImport.Any(import => IsStandard(import.Domain) && import.Version != _opset)
            || node.Input.Count > function.Input.Count || node.Output.Count > function.Output.Count)
        {
            target.Add(node);
            return;
        }

        if (depth == MaxDepth || (_nodes += function.Node.Count) > MaxNodes)
            throw new OnnxGraphException($"the function '{function.Name}' calls itself, or functions multiply beyond {MaxNodes} nodes.");
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        for (int i = 0; i < function.Input.Count; i++)
            names[function.Input[i]] = node.InputOrEmpty(i);
        for (int i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length > 0)
                names[function.Output[i]] = node.Output[i];
        }

        string prefix = FormattableString.Invariant($"{(node.Name.Length > 0 ? node.Name : node.OpType)}/call{++_calls}/");
        string Renamed(string name) => names.TryGetValue(name, out string? known) ? known : names[name] = prefix + name;
        foreach (var inner in function.Node)
        {
            var copy = inner.Clone();
            copy.Name = prefix + (inner.Name.Length > 0 ? inner.Name : inner.Output.FirstOrDefault() ?? "");
            TensorNames.Rename(copy, Renamed);
            SetAttributes(copy, node, function);
            Add(copy, target, depth + 1);
        }
    }

    /// <summary>Gives the attributes that refer to those of the call their values; one without a value is left out.</summary>
    private static void SetAttributes(NodeProto node, NodeProto call, FunctionProto function)
    {
        foreach (var attribute in node.Attribute.ToArray())
        {
            foreach (var nested in (attribute.G is { } graph ? [graph] : Array.Empty<GraphProto>()).Concat(attribute.Graphs))
            {
                foreach (var inner in nested.Node)
                    SetAttributes(inner, call, function);
            }

            if (!attribute.HasRefAttrName || attribute.RefAttrName.Length == 0)
                continue;
            node.Attribute.Remove(attribute);
            var given = call.Find(attribute.RefAttrName)
                ?? function.AttributeProto.FirstOrDefault(known => known.Name == attribute.RefAttrName);
            if (given is null)
                continue;
            var value = given.Clone();
            value.Name = attribute.Name;
            node.Attribute.Add(value);
        }
    }

    private static bool IsStandard(string domain) => domain is "" or "ai.onnx";
}
