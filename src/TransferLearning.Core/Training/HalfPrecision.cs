using System.Runtime.InteropServices;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using DataType = TransferLearning.Onnx.Protobuf.TensorProto.Types.DataType;

namespace TransferLearning;

/// <summary>
/// Lets a step compute with 16-bit numbers (Micikevicius et al., Mixed precision training, 2018): weights, the loss and what the optimizer
/// gets stay 32-bit numbers. The gradient that enters the backward part is multiplied by a scale, so that small gradients do not vanish,
/// and the gradients of the weights are divided by it.
/// </summary>
internal sealed class HalfPrecision
{
    private readonly GraphBuilder _graph;
    private readonly HashSet<string> _floats;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, string> _halves = new(StringComparer.Ordinal);

    private HalfPrecision(GraphBuilder graph)
    {
        _graph = graph;
        _floats = graph.Graph.Input.Where(input => input.Type.TensorType.ElemType == (int)DataType.Float).Select(input => input.Name)
            .ToHashSet(StringComparer.Ordinal);
        _initializers = graph.Graph.Initializer.Where(tensor => tensor.DataType == (int)DataType.Float)
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Rewrites a step in place.</summary>
    /// <param name="graph">The step, its gradients included.</param>
    /// <param name="loss">The nodes that compute with 32-bit numbers.</param>
    /// <param name="lossGradient">What these compute for the others: the gradient of the logits.</param>
    /// <param name="logits">What these read of the others.</param>
    /// <param name="outputs">The other tensors that have to exist as 32-bit numbers afterwards.</param>
    public static void Apply(
        GraphBuilder graph, IReadOnlySet<NodeProto> loss, string lossGradient, string logits, IReadOnlyList<string> outputs)
    {
        var form = new HalfPrecision(graph);
        form._floats.Add(lossGradient);
        NodeProto[] nodes = [.. graph.Graph.Node];
        graph.Graph.Node.Clear();
        string[] wide = [logits, .. outputs];
        var narrow = wide.ToDictionary(name => name, name => graph.Unique("half"), StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            bool isWide = loss.Contains(node);
            string[] outputsBefore = [.. node.Output];
            if (!isWide)
                form.Rewrite(node, narrow);
            if (!isWide && AddsUp(node))
                form.AddWide(node);
            else
                graph.Graph.Node.Add(node);
            foreach (string output in outputsBefore.Where(narrow.ContainsKey))
                graph.AddNamed(output, "Cast", [narrow[output]], To(DataType.Float));
        }
    }

    /// <summary>Whether a node scatters and adds, which kernels do with 32-bit numbers only.</summary>
    private static bool AddsUp(NodeProto node) => node.Text("reduction", "none") != "none";

    /// <summary>Adds a node that computes with 32-bit numbers between others that do not.</summary>
    private void AddWide(NodeProto node)
    {
        const int data = 0, updates = 2;
        foreach (int input in (ReadOnlySpan<int>)[data, updates])
            node.Input[input] = _graph.Add("Cast", [node.Input[input]], To(DataType.Float));
        string narrow = node.Output[0];
        node.Name = node.Output[0] = _graph.Unique("wide");
        _graph.Graph.Node.Add(node);
        _graph.AddNamed(narrow, "Cast", [node.Output[0]], To(DataType.Float16));
    }

    private void Rewrite(NodeProto node, Dictionary<string, string> narrow)
    {
        // The scales of Resize are 32-bit numbers whatever the image is.
        int converted = node.OpType == "Resize" ? 1 : node.Input.Count;
        for (int i = 0; i < converted; i++)
            node.Input[i] = narrow.TryGetValue(node.Input[i], out string? name) ? name : Narrow(node.Input[i]);
        for (int i = 0; i < node.Output.Count; i++)
        {
            if (!narrow.TryGetValue(node.Output[i], out string? name))
                continue;
            node.Output[i] = name;
            node.Name = name;
        }

        foreach (var attribute in node.Attribute)
        {
            if (node.OpType == "Cast" && attribute is { Name: "to", I: (long)DataType.Float })
                attribute.I = (long)DataType.Float16;
            else if (attribute.T is { DataType: (int)DataType.Float } value)
                attribute.T = Converted(value, value.Name);
        }
    }

    /// <summary>The tensor as 16-bit numbers, where it is one of 32-bit numbers that no rewritten node computes.</summary>
    private string Narrow(string tensor)
    {
        if (_halves.TryGetValue(tensor, out string? half))
            return half;
        if (_floats.Contains(tensor))
            half = _graph.Add("Cast", [tensor], To(DataType.Float16));
        else if (_initializers.TryGetValue(tensor, out var initializer))
            _graph.Graph.Initializer.Add(Converted(initializer, half = _graph.Unique("half")));
        else
            return tensor;
        return _halves[tensor] = half;
    }

    private static TensorProto Converted(TensorProto tensor, string name)
    {
        float[] numbers = [.. TensorContent.ReadReals(tensor, $"'{tensor.Name}'").Select(value => (float)value)];
        var halves = new System.Half[numbers.Length];
        for (int i = 0; i < halves.Length; i++)
            halves[i] = (System.Half)Math.Clamp(numbers[i], (float)System.Half.MinValue, (float)System.Half.MaxValue);
        return GraphBuilder.Tensor(name, DataType.Float16, MemoryMarshal.AsBytes<System.Half>(halves), [.. tensor.Dims]);
    }

    private static AttributeProto To(DataType type) => GraphBuilder.Attribute("to", (long)type);
}
