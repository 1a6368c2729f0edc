using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Makes the number of images free in a network that was exported for a fixed one: the declared dimension of inputs and outputs, and
/// the reshapes that repeat it as a constant. The result is checked by asking for the shapes at another batch size.
/// </summary>
internal static class FreeBatch
{
    private const string Parameter = "N";

    public static OnnxModel Apply(OnnxModel model)
    {
        if (FixedBatch(model) is not { } batch)
            return model;
        if (batch is < 1 or >= int.MaxValue)
            throw new OnnxGraphException($"The network takes {batch} images at a time, which makes no sense; export it with a free batch dimension.");

        var copy = model.Copy();
        foreach (var input in copy.Graph.Input.Where(input => model.Index.IsDynamic(input.Name)))
            Free(input, batch);
        foreach (var output in copy.Graph.Output)
            Free(output, batch);
        copy.Graph.ValueInfo.Clear();
        RewriteReshapes(model, copy.Graph, batch);
        GraphPruning.DropDead(copy.Graph);

        var freed = new OnnxModel(copy);
        Check(model, freed, batch);
        return freed;
    }

    /// <summary>The fixed first dimension of the input of highest rank (the images), or null where it is free.</summary>
    private static long? FixedBatch(OnnxModel model) =>
        model.Inputs.MaxBy(input => input.Dimensions.Count) is { Dimensions: [{ } first, ..] } ? first : null;

    private static void Free(ValueInfoProto value, long batch)
    {
        if (value.Type?.TensorType?.Shape?.Dim is [{ HasDimValue: true } first, ..] && first.DimValue == batch)
            first.DimParam = Parameter;
    }

    private static void RewriteReshapes(OnnxModel model, GraphProto graph, long batch)
    {
        var builder = new GraphBuilder(graph, "free_batch/");
        foreach (var node in graph.Node.ToArray())
        {
            if (!node.Is("Reshape") || !model.Index.IsDynamic(node.InputOrEmpty(0)))
                continue;
            if (model.Index.ConstantInt64s(node.InputOrEmpty(1)) is not { Length: > 0 } target || target[0] != batch)
                continue;

            var from = model.TensorInfo(node.Input[0])?.Dimensions;
            var to = model.TensorInfo(node.Output[0])?.Dimensions;
            if (from is [{ } first, ..] && first == batch && node.Int("allowzero", 0) == 0)
            {
                // Zero copies the dimension of the input.
                target[0] = 0;
            }
            else
            {
                int open = Array.IndexOf(target, -1L);
                if (open > 0 && to?[open] is { } size)
                    target[open] = size;
                target[0] = -1;
            }

            node.Input[1] = builder.Int64s(target);
        }
    }

    /// <summary>Every tensor must have grown with the batch or not at all, and the outputs must have.</summary>
    private static void Check(OnnxModel model, OnnxModel freed, long batch)
    {
        int other = (int)batch + 1;
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
                var before = model.TensorInfo(tensor)?.Dimensions;
                if (!shapes.TryGetValue(tensor, out long[]? shape) || before is null || before.Contains(null))
                    continue;
                long old = before.Aggregate(1L, (product, size) => product * size!.Value);
                long now = shape.Aggregate(1L, (product, size) => product * size);
                bool isOutput = freed.Proto.Graph.Output.Any(output => output.Name == tensor);
                if (now * batch == old * other ? !isOutput || shape is [var first, ..] && first == other : now == old && !isOutput)
                    continue;
                throw new OnnxGraphException(
                    $"The batch dimension cannot be freed: {node.Describe()} makes '{tensor}' of shape [{string.Join(", ", before)}] " +
                    $"for {batch} images but [{string.Join(", ", shape)}] for {other}. Export the network with a free batch dimension.");
            }
        }
    }
}
