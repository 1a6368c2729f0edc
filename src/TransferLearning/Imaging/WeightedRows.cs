using System.Numerics;
using System.Runtime.CompilerServices;

namespace TransferLearning.Imaging;

/// <summary>
/// The inner loop of both passes of a resize: one vector of bytes from each of several rows, weighted and summed. The sums are integers,
/// so every processor comes to the same result.
/// </summary>
internal static class WeightedRows
{
    /// <summary>Half of a unit, so that cutting the fraction off rounds to the nearest.</summary>
    public const int OneHalf = 1 << (ResampleTable.FractionBits - 1);

    /// <summary>Sums as many bytes of each row as a vector has, rounds, and limits to 0–255: four vectors of numbers, in order.</summary>
    /// <param name="row">The first byte of the first row.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="weights">One for each row, in units of 2^−<see cref="ResampleTable.FractionBits"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<int> First, Vector<int> Second, Vector<int> Third, Vector<int> Fourth) Sum(
        ref byte row, int stride, ReadOnlySpan<int> weights)
    {
        Vector<int> first = new(OneHalf), second = first, third = first, fourth = first;
        foreach (int weight in weights)
        {
            var factor = new Vector<int>(weight);
            Vector.Widen(Vector.LoadUnsafe(ref row), out var low, out var high);
            Vector.Widen(low, out var part0, out var part1);
            Vector.Widen(high, out var part2, out var part3);
            first += Vector.AsVectorInt32(part0) * factor;
            second += Vector.AsVectorInt32(part1) * factor;
            third += Vector.AsVectorInt32(part2) * factor;
            fourth += Vector.AsVectorInt32(part3) * factor;
            row = ref Unsafe.Add(ref row, stride);
        }

        return (Finish(first), Finish(second), Finish(third), Finish(fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Finish(Vector<int> sum) =>
        Vector.Min(Vector.Max(sum >> ResampleTable.FractionBits, Vector<int>.Zero), new Vector<int>(255));
}
