using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Makes the number of images free in a network that was exported for a fixed one: the declared dimension of inputs and outputs, the
/// shapes that repeat it as a constant, and constants that are joined to each image. The images are followed through the network, from the
/// input to the outputs; the result is checked by asking for the shapes at another batch size.
/// </summary>
internal sealed class FreeBatch
{
    private const string Parameter = "N";

    /// <summary>How often nodes may be visited while places are tried, for each node of the graph.</summary>
    private const int MaxVisits = 200;

    private readonly OnnxModel _model;
    private readonly long _batch;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly Dictionary<string, BatchPlace> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _adaptive = new(StringComparer.Ordinal);
    private readonly string _input;

    private FreeBatch(OnnxModel fixedModel, long batch)
    {
        _shapes = ShapeInference.Infer(fixedModel, (int)batch);
        var model = _model = ShapeFolding.ChooseBranches(fixedModel, _shapes);
        if (!ReferenceEquals(model, fixedModel))
            _shapes = ShapeInference.Infer(model, (int)batch);
        _batch = batch;
        _input = model.Inputs.MaxBy(input => input.Dimensions.Count)!.Name;
        foreach (var input in model.Inputs.Where(input => input.Dimensions is [{ } first, ..] && first == batch))
            _places[input.Name] = new BatchPlace(0, 1);
        foreach (var node in model.Index.Graph.Node)
        {
            // What is computed from shapes follows the batch by itself.
            bool reads = node.OpType is "Shape" or "Size" ? model.Index.IsDynamic(node.InputOrEmpty(0)) : NodeOrder.InputsOf(node)
                .Any(_adaptive.Contains);
            if (reads && !node.Output.Any(model.Index.IsDynamic))
                _adaptive.UnionWith(node.Output);
        }
    }

    /// <summary>Frees the batch of a model; one that has a free batch is returned as it is.</summary>
    /// <exception cref="OnnxGraphException">A node mixes the images of a batch; the message names it.</exception>
    public static OnnxModel Apply(OnnxModel model)
    {
        if (!model.Proto.Graph.Output.Any(output => model.Index.IsDynamic(output.Name)))
            throw new OnnxGraphException("No output of the network depends on an input, so it can tell nothing about an image.");
        if (FixedBatch(model) is not { } batch)
            return model;
        if (batch is < 1 or >= int.MaxValue)
            throw new OnnxGraphException(
                $"The network takes {batch} images at a time, which makes no sense; export it with a free batch dimension.");
        var freeing = new FreeBatch(model, batch);
        freeing.Trace();
        var freed = freeing.Rewrite();
        freeing.Check(freed);
        return freed;
    }

    /// <summary>The fixed first dimension of the input of highest rank (the images), or null where it is free.</summary>
    private static long? FixedBatch(OnnxModel model) =>
        model.Inputs.MaxBy(input => input.Dimensions.Count) is { Dimensions: [{ } first, ..] } ? first : null;

    /// <summary>
    /// Finds the axis of the images in every tensor. A Reshape of one image can leave several possible (tokens merged with images, or
    /// heads); later nodes tell which is meant, so a choice that turns out wrong is taken back.
    /// </summary>
    private void Trace()
    {
        var rules = new BatchRules(_model, _shapes, _batch);
        var nodes = _model.Index.DynamicNodes;
        var graph = _model.Index.Graph;
        var outputs = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var choices = new Stack<(int Position, Queue<BatchPlace> Left)>();
        int furthest = -1;
        long visits = (long)MaxVisits * nodes.Count;
        for (int position = 0; position < nodes.Count; position++)
        {
            var node = graph.Node[nodes[position]];
            var possible = new Queue<BatchPlace>(rules.Of(node, _places).Where(place =>
                !node.Output.Any(outputs.Contains) || (place == new BatchPlace(0, 1) && _shapes[node.Output[0]][0] == _batch)));
            if (possible.Count == 0)
            {
                furthest = Math.Max(furthest, position);
                while (choices.TryPeek(out var last) && last.Left.Count == 0)
                    choices.Pop();
                if (choices.Count == 0 || --visits < 0)
                    throw Mixed(graph.Node[nodes[furthest]]);
                (position, possible) = choices.Peek();
                node = graph.Node[nodes[position]];
            }
            else if (possible.Count > 1)
            {
                choices.Push((position, possible));
            }

            var chosen = possible.Dequeue();
            visits--;
            foreach (string output in node.Output.Where(output => output.Length > 0))
                _places[output] = chosen;
        }
    }

    private OnnxModel Rewrite()
    {
        var copy = _model.Copy();
        foreach (var input in copy.Graph.Input.Where(input => _model.Index.IsDynamic(input.Name)))
            Free(input);
        foreach (var output in copy.Graph.Output)
            Free(output);
        copy.Graph.ValueInfo.Clear();
        var builder = new GraphBuilder(copy.Graph, "free_batch/") { Opset = _model.OpsetVersion };
        foreach (var node in copy.Graph.Node.ToArray())
        {
            if (node.Output.Count == 0 || !_places.TryGetValue(node.Output[0], out var place))
                continue;
            // Of a computed shape a part can still be a constant number of images, so it is written anew too.
            if (node.Is("Reshape"))
                node.Input[1] = builder.Int64s(With(_shapes[node.Output[0]], place.Axis, -1));
            else if (node.Is("Expand"))
                node.Input[1] = builder.Int64s(With(_shapes[node.Output[0]], place.Axis, 1));
            else if (node.Is("Resize") && node.InputOrEmpty(3).Length > 0)
                node.Input[3] = Repeated(builder, _shapes[node.Output[0]], 0);
            else if (node.Is("Concat"))
                RepeatConstants(builder, node, place.Axis);
        }

        ModelValidator.Validate(copy);
        GraphPruning.DropDead(copy.Graph);
        return new OnnxModel(copy);
    }

    private void Free(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape?.Dim is [{ HasDimValue: true } first, ..] && first.DimValue == _batch)
            first.DimParam = Parameter;
    }

    /// <summary>A constant that is joined to every image (a class token) is repeated for as many images as there are.</summary>
    private void RepeatConstants(GraphBuilder builder, NodeProto node, int axis)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            if (!IsFixed(node.Input[i]) || !_shapes.TryGetValue(node.Input[i], out long[]? shape))
                continue;
            string one = node.Input[i];
            if (_batch > 1)
                one = builder.Add("Gather", [one, builder.Int64s(0)], GraphBuilder.Attribute("axis", axis));
            node.Input[i] = builder.Add("Expand", [one, Repeated(builder, shape, axis)]);
        }
    }

    /// <summary>A shape with the number of images of the input at one axis.</summary>
    private string Repeated(GraphBuilder builder, long[] shape, int axis)
    {
        string images = builder.Add("Gather", [builder.Add("Shape", [_input]), builder.Int64s(0)], GraphBuilder.Attribute("axis", 0));
        var parts = new List<string>();
        if (axis > 0)
            parts.Add(builder.Int64s(shape.AsSpan(0, axis)));
        parts.Add(images);
        if (axis + 1 < shape.Length)
            parts.Add(builder.Int64s(shape.AsSpan(axis + 1)));
        return builder.Add("Concat", [.. parts], GraphBuilder.Attribute("axis", 0));
    }

    /// <summary>Whether a tensor is there and depends neither on the images nor on their number.</summary>
    private bool IsFixed(string tensor) => tensor.Length > 0 && !_model.Index.IsDynamic(tensor) && !_adaptive.Contains(tensor);

    private static long[] With(long[] shape, int axis, long size)
    {
        long[] changed = [.. shape];
        changed[axis] = size;
        return changed;
    }

    private OnnxGraphException Mixed(NodeProto node)
    {
        string made = _shapes.TryGetValue(node.Output[0], out long[]? shape) ? $" of shape [{string.Join(", ", shape)}]" : "";
        return new OnnxGraphException(
            $"The batch dimension cannot be freed: {node.Describe()} makes '{node.Output[0]}'{made}, in which the images of a batch " +
            "cannot be told apart. Export the network with a free batch dimension.");
    }

    /// <summary>Every tensor must have grown with the batch or not at all, and the outputs must have.</summary>
    private void Check(OnnxModel freed)
    {
        int other = (int)_batch + 1;
        IReadOnlyDictionary<string, long[]> shapes;
        try
        {
            shapes = ShapeInference.Infer(freed, other);
        }
        catch (OnnxGraphException error)
        {
            throw new OnnxGraphException(
                $"The batch dimension cannot be freed; export the network with a free one. {error.Message}", error);
        }

        foreach (int i in freed.Index.DynamicNodes)
        {
            var node = freed.Index.Graph.Node[i];
            foreach (string tensor in node.Output)
            {
                // No dimensions can also mean a shape that is not known, as of the unused mask of a Dropout.
                if (!shapes.TryGetValue(tensor, out long[]? shape) || !_shapes.TryGetValue(tensor, out long[]? before)
                    || before.Length == 0)
                    continue;
                if (TensorShape.Count(shape) * _batch != TensorShape.Count(before) * other)
                    throw Mixed(node);
            }
        }
    }
}
