namespace TransferLearning.Onnx;

/// <summary>Arithmetic on shapes.</summary>
internal static class TensorShape
{
    /// <summary>The number of elements of a tensor of this shape; 1 for a scalar.</summary>
    /// <exception cref="OverflowException">The product does not fit a 64-bit number.</exception>
    public static long Count(params ReadOnlySpan<long> dimensions)
    {
        long count = 1;
        foreach (long dimension in dimensions)
            count = checked(count * dimension);
        return count;
    }

    /// <summary>An axis counted from the front; negative numbers count from the end.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>How many elements of a row-major tensor lie between neighbours of each axis.</summary>
    public static long[] Strides(ReadOnlySpan<long> dimensions)
    {
        long[] strides = new long[dimensions.Length];
        long step = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= dimensions[axis];
        }

        return strides;
    }

    /// <summary>The shape that two shapes broadcast to, or null where they do not.</summary>
    public static long[]? Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        long[] result = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            long left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            if (left != right && left != 1 && right != 1)
                return null;
            result[^i] = left == 1 ? right : left;
        }

        return result;
    }
}
