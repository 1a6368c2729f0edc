using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Rewrites the nodes of a model of an earlier operator set to the one that the library writes its own graphs in. Between operator sets,
/// what used to be attributes has become inputs, and Softmax has changed its meaning; every rule below says since when.
/// </summary>
internal static class OpsetUpgrade
{
    /// <summary>The operator set that nodes are rewritten to; those of later sets are left in theirs.</summary>
    public const int Target = ModelLimits.WrittenOpset;

    /// <summary>The version of the file format that operator set <see cref="Target"/> came with.</summary>
    private const long TargetIrVersion = 10;

    /// <summary>Older models declare broadcasting and batch normalization in ways that no exporter has written since 2018.</summary>
    private const int Oldest = 7;

    /// <summary>A copy of a model, rewritten to operator set <see cref="Target"/> if it is of an earlier one.</summary>
    /// <param name="model">The model, which stays as it is.</param>
    /// <param name="shapes">The shape of every tensor; gets entries for tensors that the rewriting adds.</param>
    /// <exception cref="OnnxGraphException">
    /// The model is of an operator set that is too old, or a node uses what has been dropped.
    /// </exception>
    public static OnnxModel Apply(OnnxModel model, IDictionary<string, long[]> shapes)
    {
        var proto = model.Proto.Clone();
        NodeProto[] nodes = [.. proto.Graph.Node];
        var upgraded = Apply(new GraphBuilder(proto.Graph, "upgrade/"), nodes, model.OpsetVersion, shapes);
        proto.Graph.Node.Clear();
        proto.Graph.Node.AddRange(upgraded);
        proto.IrVersion = Math.Max(proto.IrVersion, TargetIrVersion);
        foreach (var set in proto.OpsetImport.Where(set => set.Domain is "" or "ai.onnx"))
            set.Version = Math.Max(set.Version, Target);
        return new OnnxModel(proto);
    }

    /// <summary>Rewrites nodes of operator set <paramref name="opset"/> to <see cref="Target"/>.</summary>
    /// <param name="graph">Where the constants go that stand in for attributes. The nodes themselves are returned, not appended.</param>
    /// <param name="nodes">The nodes of the model, which stay as they are.</param>
    /// <param name="opset">The version of the default operator set that the model imports.</param>
    /// <param name="shapes">The shape of every tensor; gets entries for tensors that the rewriting adds.</param>
    /// <returns>Copies of the nodes, so that they may be changed, in the same order.</returns>
    /// <exception cref="OnnxGraphException">
    /// The model is of an operator set that is too old, or a node uses what has been dropped.
    /// </exception>
    public static IReadOnlyList<NodeProto> Apply(
        GraphBuilder graph, IReadOnlyList<NodeProto> nodes, int opset, IDictionary<string, long[]> shapes)
    {
        if (opset < Oldest)
        {
            throw new OnnxGraphException(
                $"The model is of operator set {opset}; {Oldest} or later is needed. Convert the model with the ONNX version converter.");
        }

        var upgraded = new List<NodeProto>(nodes.Count);
        foreach (var node in nodes)
        {
            if (node.IsStandard)
                upgraded.AddRange(Upgrade(graph, node.Clone(), opset, shapes));
            else
                upgraded.Add(node.Clone());
        }

        return upgraded;
    }

    private static List<NodeProto> Upgrade(GraphBuilder graph, NodeProto node, int opset, IDictionary<string, long[]> shapes)
    {
        switch (node.OpType)
        {
            case "BatchNormalization" when opset < 9 && Take(node, "spatial") is { I: 0 }:
                throw new OnnxGraphException(
                    $"In {node.Describe()}, statistics are per place (spatial = 0), which later operator sets do not have.");
            case "BatchNormalization" when opset < 14:
                while (node.Output.Count > 1)
                    node.Output.RemoveAt(node.Output.Count - 1);
                return [node];
            case "Clip" when opset < 11:
                float low = Take(node, "min")?.F ?? float.MinValue, high = Take(node, "max")?.F ?? float.MaxValue;
                return [WithInputs(node, graph.Scalar(low), graph.Scalar(high))];
            case "Dropout":
                return [InferenceDropout(node)];
            case "GridSample" when opset < 20:
                return [Renamed(node, "mode", ("bilinear", "linear"), ("bicubic", "cubic"))];
            case "GroupNormalization" when opset < 21:
                return GroupsToChannels(graph, node, shapes);
            case "Pad" when opset < 11:
                string pads = graph.Int64s([.. Take(node, "pads")!.Ints]);
                return [WithInputs(node, pads, graph.Scalar(Take(node, "value")?.F ?? 0))];
            case "Resize" or "Upsample" when opset < 11:
                return [FromCorner(graph, node, shapes)];
            case "Scatter":
                node.OpType = "ScatterElements";
                return [node];
            case "Slice" when opset < 10:
                long[] starts = [.. Take(node, "starts")!.Ints], ends = [.. Take(node, "ends")!.Ints];
                long[] axes = Take(node, "axes") is { } given ? [.. given.Ints]
                    : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
                return [WithInputs(node, graph.Int64s(starts), graph.Int64s(ends), graph.Int64s(axes))];
            case "Split" when node.Input.Count < 2:
                return [SplitWithSizes(graph, node, shapes)];
            case "Softmax" or "LogSoftmax" when opset < 13:
                return SoftmaxOverRows(graph, node, shapes);
            case "TopK" when opset < 10:
                return [WithInputs(node, graph.Int64s(Take(node, "k")!.I))];
            case "Attention":
                return AttentionExpansion.TryExpand(graph, node, shapes) ?? [node];

            // Axes became an input of these in operator set 13, of the other reductions in 18.
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when opset < 13:
            case "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceProd" or "ReduceL1" or "ReduceL2"
                or "ReduceLogSum" or "ReduceLogSumExp"
                or "ReduceSumSquare" when opset < 18:
                return [Take(node, "axes") is { } list ? WithInputs(node, graph.Int64s([.. list.Ints])) : node];
            default:
                return [node];
        }
    }

    /// <summary>
    /// The frozen part and the validation pass see dropout switched off, which is the identity; a training mask is put in by the loop where
    /// it is wanted. Before operator set 12 the ratio was an attribute, since then it is an input.
    /// </summary>
    private static NodeProto InferenceDropout(NodeProto node)
    {
        var identity = new NodeProto { OpType = "Identity", Name = node.Name };
        identity.Input.Add(node.Input[0]);
        identity.Output.Add(node.Output[0]);
        return identity;
    }

    /// <summary>
    /// Before 13 the sizes were an attribute; from 18 on equal parts have to be asked for. Sizes as an input are right everywhere.
    /// </summary>
    private static NodeProto SplitWithSizes(GraphBuilder graph, NodeProto node, IDictionary<string, long[]> shapes)
    {
        Take(node, "num_outputs");
        if (Take(node, "split") is { } attribute)
            return WithInputs(node, graph.Int64s([.. attribute.Ints]));
        long[] shape = ShapeOf(shapes, node, node.Input[0]);
        long axis = node.Int("axis", 0), size = shape[axis < 0 ? axis + shape.Length : axis];
        long part = (size + node.Output.Count - 1) / node.Output.Count;
        return WithInputs(node, graph.Int64s([.. Enumerable.Range(0, node.Output.Count).Select(i => Math.Min(part, size - (i * part)))]));
    }

    /// <summary>
    /// Before 11, an output was read at its index over the scale, at the element before that place, or, shrunk, behind it; which ONNX
    /// Runtime does for Upsample and Resize alike.
    /// </summary>
    private static NodeProto FromCorner(GraphBuilder graph, NodeProto node, IDictionary<string, long[]> shapes)
    {
        long[] from = ShapeOf(shapes, node, node.Input[0]), to = ShapeOf(shapes, node, node.Output[0]);
        string scales = Take(node, "scales") is { } list
            ? graph.Initializer(graph.Unique("scales"), [.. list.Floats], [list.Floats.Count])
            : node.Input[1];
        var resize = Renamed(node, "mode", ("bilinear", "linear"));
        resize.OpType = "Resize";
        string input = node.Input[0];
        resize.Input.Clear();
        resize.Input.Add([input, "", scales]);
        resize.Attribute.Add(GraphBuilder.Attribute("coordinate_transformation_mode", "asymmetric"));
        resize.Attribute.Add(GraphBuilder.Attribute("nearest_mode", from.Zip(to).Any(size => size.Second < size.First) ? "ceil" : "floor"));
        return resize;
    }

    /// <summary>Before 21, scale and bias of a GroupNormalization were given for each group, since then for each channel.</summary>
    private static List<NodeProto> GroupsToChannels(GraphBuilder graph, NodeProto node, IDictionary<string, long[]> shapes)
    {
        long groups = node.Int("num_groups", 1), channels = ShapeOf(shapes, node, node.Input[0])[1];
        var nodes = new List<NodeProto>();
        for (int i = 1; i <= 2 && groups != channels; i++)
        {
            string column = graph.Unique("groups"), spread = graph.Unique("groups"), all = graph.Unique("channels");
            (shapes[column], shapes[spread], shapes[all]) = ([groups, 1], [groups, channels / groups], [channels]);
            nodes.Add(Shaped(graph, "Reshape", node.Input[i], column, [groups, 1]));
            nodes.Add(Shaped(graph, "Expand", column, spread, [groups, channels / groups]));
            nodes.Add(Shaped(graph, "Reshape", spread, all, [channels]));
            node.Input[i] = all;
        }

        return [.. nodes, node];
    }

    /// <summary>
    /// Before 13, Softmax flattened its input to rows at <c>axis</c> (1 by default) and normalized each row. Where the axis is the last
    /// one that is today's Softmax; otherwise the input is reshaped to rows and back.
    /// </summary>
    private static List<NodeProto> SoftmaxOverRows(GraphBuilder graph, NodeProto node, IDictionary<string, long[]> shapes)
    {
        long[] shape = ShapeOf(shapes, node, node.Input[0]);
        int axis = (int)node.Int("axis", 1);
        axis = axis < 0 ? axis + shape.Length : axis;
        if (axis < 0 || axis > shape.Length)
            throw new OnnxGraphException($"In {node.Describe()}, the axis is not one of the {shape.Length} dimensions of its input.");
        Take(node, "axis");
        node.Attribute.Add(GraphBuilder.Attribute("axis", -1L));
        if (axis == shape.Length - 1)
            return [node];

        // A 0 keeps the size that is there: the number of images may be free.
        long[] rows = [TensorShape.Count(shape.AsSpan(0, axis)), TensorShape.Count(shape.AsSpan(axis))];
        long[] flatShape = axis == 1 ? [0, rows[1]] : rows, wholeShape = axis == 1 ? [0, .. shape[1..]] : shape;
        string input = node.Input[0], output = node.Output[0], flat = graph.Unique("rows"), normalized = graph.Unique("rows");
        shapes[flat] = shapes[normalized] = rows;
        node.Name = normalized;
        node.Input[0] = flat;
        node.Output[0] = normalized;
        return [Shaped(graph, "Reshape", input, flat, flatShape), node, Shaped(graph, "Reshape", normalized, output, wholeShape)];
    }

    private static NodeProto Shaped(GraphBuilder graph, string operatorType, string input, string output, long[] shape)
    {
        var node = new NodeProto { OpType = operatorType, Name = output };
        node.Input.Add([input, graph.Int64s(shape)]);
        node.Output.Add(output);
        return node;
    }

    /// <summary>Gives the values of an attribute of text their later names.</summary>
    private static NodeProto Renamed(NodeProto node, string attribute, params ReadOnlySpan<(string Before, string After)> values)
    {
        foreach (var (before, after) in values)
        {
            if (node.Text(attribute, "") == before)
                node.Find(attribute)!.S = Google.Protobuf.ByteString.CopyFromUtf8(after);
        }

        return node;
    }

    private static NodeProto WithInputs(NodeProto node, params ReadOnlySpan<string> inputs)
    {
        foreach (string input in inputs)
            node.Input.Add(input);
        return node;
    }

    /// <summary>The shape of a tensor that a node reads or makes.</summary>
    internal static long[] ShapeOf(IDictionary<string, long[]> shapes, NodeProto node, string tensor) =>
        shapes.TryGetValue(tensor, out long[]? shape)
            ? shape
            : throw new OnnxGraphException($"In {node.Describe()}, the shape of '{tensor}' is not known for a fixed number of images.");

    /// <summary>Removes an attribute and returns it.</summary>
    private static AttributeProto? Take(NodeProto node, string name)
    {
        var attribute = node.Find(name);
        if (attribute is not null)
            node.Attribute.Remove(attribute);
        return attribute;
    }
}
