namespace TransferLearning.Onnx;

/// <summary>
/// How many numbers may be computed ahead of a run. Shapes, masks and indices are small; a file that asks for more is not folded, so that
/// no file can cost more memory here than its own tensors do when it runs.
/// </summary>
internal sealed class FoldingBudget
{
    /// <summary>The most elements of one tensor: those of an attention mask of a thousand by a thousand tokens.</summary>
    public const int MaxElements = 1 << 20;

    private long _left = 1 << 24;

    /// <summary>Takes the elements of a shape from the budget.</summary>
    /// <exception cref="ExceededException">There is not as much left.</exception>
    public int Take(ReadOnlySpan<long> dimensions)
    {
        long count = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension < 0 || dimension > MaxElements)
                throw new ExceededException();
            count *= dimension;
            if (count > MaxElements)
                throw new ExceededException();
        }

        if (count > _left)
            throw new ExceededException();
        _left -= count;
        return (int)count;
    }

    /// <summary>A value is too large to be computed ahead; the node is left as it is.</summary>
    public sealed class ExceededException : Exception;
}
