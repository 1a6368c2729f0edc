using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>The part of a network from the cut to the logits, as a graph of its own.</summary>
internal static class TrainablePart
{
    /// <summary>Takes the part out; nodes are copies, so that they may be changed, weights are shared.</summary>
    /// <param name="model">The whole network.</param>
    /// <param name="shapes">The shapes of its tensors for one batch size; what is computed from them becomes constant.</param>
    /// <param name="cut">The tensor that the part reads.</param>
    /// <param name="output">The tensor that the part computes.</param>
    /// <exception cref="OnnxGraphException">The output does not exist, or depends on the images past the cut.</exception>
    public static OnnxModel Extract(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes, string cut, string output)
    {
        model = ShapeFolding.Apply(model, shapes);
        var source = model.Proto.Graph;
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < source.Node.Count; i++)
        {
            foreach (string name in source.Node[i].Output.Where(name => name.Length > 0))
                producers[name] = i;
        }

        var initializers = source.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var nodes = new SortedSet<int>();
        var read = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>([output]);
        while (pending.TryPop(out string? tensor))
        {
            if (tensor.Length == 0 || tensor == cut || !read.Add(tensor) || initializers.ContainsKey(tensor))
                continue;
            if (!producers.TryGetValue(tensor, out int producer))
                throw new OnnxGraphException($"The network cannot be cut at '{cut}': '{output}' also depends on '{tensor}', past the cut.");
            if (!nodes.Add(producer))
                continue;
            foreach (string input in NodeOrder.InputsOf(source.Node[producer]))
                pending.Push(input);
        }

        var graph = new GraphProto { Name = "trainable part" };
        graph.Node.AddRange(nodes.Select(index => source.Node[index].Clone()));
        graph.Initializer.AddRange(source.Initializer.Where(tensor => read.Contains(tensor.Name)));
        long?[] dimensions = [.. shapes[cut]];
        graph.Input.Add(GraphBuilder.ValueInfo(cut, TensorProto.Types.DataType.Float, dimensions));
        graph.Output.Add(GraphBuilder.ValueInfo(output, TensorProto.Types.DataType.Float, []));
        graph.Output[0].Type.TensorType.Shape = null;
        var proto = new ModelProto { IrVersion = model.Proto.IrVersion, Graph = graph };
        proto.OpsetImport.AddRange(model.Proto.OpsetImport);
        return new OnnxModel(proto);
    }
}
