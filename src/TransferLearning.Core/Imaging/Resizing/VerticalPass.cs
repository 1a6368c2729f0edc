using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>The second pass of a resize with the normalisation of its results, while the sums are in registers.</summary>
internal static class VerticalPass
{
    /// <summary>Sums weighted rows, rounds to 0–255 and writes <c>(value − mean) · scale</c>.</summary>
    /// <param name="rows">The numbers of the first row, at least as many as in the destination.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="weights">One for each row.</param>
    /// <param name="mean">One for each number.</param>
    /// <param name="scale">One for each number.</param>
    /// <param name="destination">Receives the normalised numbers.</param>
    public static void Run(
        ReadOnlySpan<byte> rows,
        int stride,
        ReadOnlySpan<int> weights,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        Span<float> destination)
    {
        int length = destination.Length;
        int i = 0;
        if (Vector.IsHardwareAccelerated && length >= Vector<byte>.Count)
        {
            // The last step overlaps the previous one, and computes some numbers twice.
            int last = length - Vector<byte>.Count;
            while (true)
            {
                Step(rows[i..], stride, weights, mean[i..], scale[i..], destination[i..]);
                if (i == last)
                    return;
                i = Math.Min(i + Vector<byte>.Count, last);
            }
        }

        for (; i < length; i++)
            destination[i] = (Sum(rows[i..], stride, weights) - mean[i]) * scale[i];
    }

    /// <summary>Sums weighted rows and rounds to 0–255.</summary>
    /// <param name="rows">The numbers of the first row, at least as many as in the destination.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="weights">One for each row.</param>
    /// <param name="destination">Receives the numbers.</param>
    public static void Run(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> weights, Span<byte> destination)
    {
        int length = destination.Length;
        int i = 0;
        if (Vector.IsHardwareAccelerated && length >= Vector<byte>.Count)
        {
            int last = length - Vector<byte>.Count;
            while (true)
            {
                WeightedRows.Sum(ref MemoryMarshal.GetReference(rows[i..]), stride, weights).ToBytes().CopyTo(destination[i..]);
                if (i == last)
                    return;
                i = Math.Min(i + Vector<byte>.Count, last);
            }
        }

        for (; i < length; i++)
            destination[i] = (byte)Sum(rows[i..], stride, weights);
    }

    private static int Sum(ReadOnlySpan<byte> column, int stride, ReadOnlySpan<int> weights)
    {
        int sum = WeightedRows.OneHalf;
        for (int k = 0; k < weights.Length; k++)
            sum += column[k * stride] * weights[k];
        return Math.Clamp(sum >> ResampleTable.FractionBits, 0, 255);
    }

    /// <summary>One vector of bytes, which are four vectors of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        ReadOnlySpan<byte> rows,
        int stride,
        ReadOnlySpan<int> weights,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        Span<float> destination)
    {
        int lanes = Vector<int>.Count;
        var sums = WeightedRows.Sum(ref MemoryMarshal.GetReference(rows), stride, weights);
        Store(sums.First, mean, scale, destination);
        Store(sums.Second, mean[lanes..], scale[lanes..], destination[lanes..]);
        Store(sums.Third, mean[(2 * lanes)..], scale[(2 * lanes)..], destination[(2 * lanes)..]);
        Store(sums.Fourth, mean[(3 * lanes)..], scale[(3 * lanes)..], destination[(3 * lanes)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<int> value, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, Span<float> destination) =>
        ((Vector.ConvertToSingle(value) - new Vector<float>(mean)) * new Vector<float>(scale)).CopyTo(destination);
}
