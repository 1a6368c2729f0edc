namespace TransferLearning.Onnx;

/// <summary>What a Slice takes of each axis: where it starts, in which steps it goes, and how many elements it takes.</summary>
internal sealed record SliceRange(long[] Starts, long[] Steps, long[] Counts)
{
    /// <summary>Resolves negative numbers and those past the ends, as the standard does.</summary>
    /// <param name="shape">The shape of what is sliced.</param>
    /// <param name="starts">The first element of each given axis.</param>
    /// <param name="ends">The element after the last of each given axis.</param>
    /// <param name="axes">The axes; null: the first ones.</param>
    /// <param name="steps">The steps; null: 1.</param>
    /// <returns>Null where the lists do not fit each other or the shape.</returns>
    public static SliceRange? Of(ReadOnlySpan<long> shape, long[] starts, long[] ends, long[]? axes, long[]? steps)
    {
        int rank = shape.Length;
        long[] first = new long[rank], step = [.. Enumerable.Repeat(1L, rank)], count = shape.ToArray();
        axes ??= [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || (steps is not null && steps.Length != starts.Length))
            return null;
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i] < -rank || axes[i] >= rank || steps?[i] is 0 or long.MinValue)
                return null;
            int axis = TensorShape.Axis(axes[i], rank);
            long size = shape[axis], by = steps?[i] ?? 1, low = by > 0 ? 0 : -1, high = by > 0 ? size : size - 1;
            long start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], by > 0 ? 0 : Math.Min(0, high), high);
            long end = Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], low, high + (by > 0 ? 0 : 1));
            (first[axis], step[axis]) = (start, by);
            count[axis] = by > 0 ? CountOf(end - start, Math.Min(by, size + 1)) : CountOf(start - end, Math.Min(-by, size + 1));
        }

        return new SliceRange(first, step, count);
    }

    private static long CountOf(long distance, long step) => distance <= 0 ? 0 : (distance + step - 1) / step;
}
