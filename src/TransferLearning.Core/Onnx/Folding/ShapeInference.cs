namespace TransferLearning.Onnx;

/// <summary>
/// The shape of every tensor, asked of ONNX Runtime itself: whatever operators a model uses, the engine that will run it knows their
/// shapes. It is asked on a copy without weights (see <see cref="ShapeQuestion"/>); nothing but shapes is computed.
/// </summary>
internal static class ShapeInference
{
    /// <summary>The shape of every tensor for one batch size.</summary>
    /// <param name="model">A model with a free first dimension, or one of just this batch size.</param>
    /// <param name="batchSize">The number of rows, 1 or more.</param>
    /// <returns>
    /// Tensor name → dimensions, for inputs, constants and all node outputs. A tensor whose shape depends on content is left out.
    /// </returns>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the graph; the message says why.</exception>
    public static IReadOnlyDictionary<string, long[]> Infer(OnnxModel model, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        foreach (var input in model.Inputs)
        {
            if (input.Dimensions is [{ } fixedBatch, ..] && fixedBatch != batchSize)
                throw new OnnxGraphException(
                    $"The input {input} takes {fixedBatch} at a time, not {batchSize}; free the batch dimension first.");
        }

        return InferFixed(model, batchSize);
    }

    /// <summary>The shape of every tensor of a graph whose inputs all have fixed shapes.</summary>
    /// <inheritdoc cref="Infer"/>
    public static IReadOnlyDictionary<string, long[]> InferFixed(OnnxModel model, int? batchSize = null)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        for (int open = int.MaxValue; ;)
        {
            int still = Ask(new ShapeQuestion(model, batchSize), shapes);
            if (still == 0 || still == open)
                return shapes;

            // What ONNX Runtime does not compute ahead of a run, the library does; then more shapes are known.
            var folded = ShapeFolding.Apply(model, shapes);
            if (ReferenceEquals(folded, model))
                return shapes;
            (model, open) = (folded, still);
        }
    }

    /// <summary>Adds the shapes that are known, and returns how many are not.</summary>
    private static int Ask(ShapeQuestion question, Dictionary<string, long[]> shapes)
    {
        var open = new List<string>();
        foreach (var (name, tensor) in question.AskAll())
        {
            if (IsOpen(tensor) || tensor.Dimensions.Contains(null))
                open.Add(name);
            else
                shapes[name] = Fixed(tensor.Dimensions);
        }

        int count = open.Count;
        foreach (var (name, dimensions) in question.AskFolded(open))
        {
            if (dimensions.Contains(null))
                continue;
            shapes[name] = Fixed(dimensions);
            count--;
        }

        return count;
    }

    /// <summary>
    /// Type and shape of every tensor with the free dimensions of the inputs left free; null is a free or unknown dimension, and no
    /// dimensions at all mean a scalar or an unknown shape.
    /// </summary>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the graph; the message says why.</exception>
    public static IReadOnlyDictionary<string, OnnxTensorInfo> InferFree(OnnxModel model)
    {
        var tensors = new ShapeQuestion(model, batchSize: null).AskAll();
        OnnxTensorInfo[] open = [.. tensors.Values.Where(tensor => IsOpen(tensor) || tensor.Dimensions.Skip(1).Contains(null))];
        if (open.Length == 0 || model.Inputs.Any(input => input.Dimensions.Skip(1).Contains(null)))
            return tensors;

        // A shape that the network computes from its input's shape is only known for a fixed one: what differs between two is free.
        IReadOnlyDictionary<string, long[]> two, three;
        try
        {
            (two, three) = (InferFixed(model, batchSize: 2), InferFixed(model, batchSize: 3));
        }
        catch (OnnxGraphException)
        {
            return tensors; // It declares a free batch, but runs with one image only.
        }

        foreach (var tensor in open)
        {
            if (two.TryGetValue(tensor.Name, out var a) && three.TryGetValue(tensor.Name, out var b) && a.Length == b.Length)
                tensors[tensor.Name] = tensor with { Dimensions = [.. a.Zip(b, (x, y) => x == y ? x : (long?)null)] };
        }

        return tensors;
    }

    /// <summary>The runtime gives no dimensions for a scalar and for an unknown shape alike.</summary>
    private static bool IsOpen(OnnxTensorInfo tensor) => tensor.Dimensions.Count == 0
        && (TensorContent.IsFloating(tensor.ElementType) || tensor.ElementType == OnnxElementType.Bool);

    private static long[] Fixed(IReadOnlyList<long?> dimensions) => [.. dimensions.Select(size => size!.Value)];
}
