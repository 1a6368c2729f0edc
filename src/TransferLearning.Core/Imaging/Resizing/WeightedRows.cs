using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TransferLearning;

/// <summary>Four vectors of numbers, in order.</summary>
internal readonly ref struct FourVectors(Vector<int> first, Vector<int> second, Vector<int> third, Vector<int> fourth)
{
    public readonly Vector<int> First = first;
    public readonly Vector<int> Second = second;
    public readonly Vector<int> Third = third;
    public readonly Vector<int> Fourth = fourth;

    /// <summary>The numbers, each of 0 to 255, as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<byte> ToBytes() => Vector.Narrow(
        Vector.AsVectorUInt16(Vector.Narrow(First, Second)), Vector.AsVectorUInt16(Vector.Narrow(Third, Fourth)));
}

/// <summary>
/// The inner loop of both passes of a resize: one vector of bytes from each of several rows, weighted and summed. The sums are integers, so
/// the result is the same on every processor.
/// </summary>
internal static class WeightedRows
{
    /// <summary>Half of a unit, so that truncation rounds to the nearest integer.</summary>
    public const int OneHalf = 1 << (ResampleTable.FractionBits - 1);

    /// <summary>Sums as many bytes of each row as a vector has, rounds, and limits to 0–255.</summary>
    /// <param name="row">The first byte of the first row.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="weights">One for each row, in units of 2^−<see cref="ResampleTable.FractionBits"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Sum(ref byte row, int stride, ReadOnlySpan<int> weights)
    {
        Vector<int> first = new(OneHalf), second = first, third = first, fourth = first;
        foreach (int weight in weights)
        {
            var factor = new Vector<int>(weight);
            var part = Load(ref row);
            first += part.First * factor;
            second += part.Second * factor;
            third += part.Third * factor;
            fourth += part.Fourth * factor;
            row = ref Unsafe.Add(ref row, stride);
        }

        return new FourVectors(Finish(first), Finish(second), Finish(third), Finish(fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FourVectors Load(ref byte row)
    {
        // The portable code moves halves of vectors between lanes, which x86 does only once per cycle.
        if (Avx2.IsSupported && Vector<int>.Count == Vector256<int>.Count)
            return new FourVectors(LoadEight(ref row, 0), LoadEight(ref row, 8), LoadEight(ref row, 16), LoadEight(ref row, 24));
        Vector.Widen(Vector.LoadUnsafe(ref row), out var low, out var high);
        Vector.Widen(low, out var first, out var second);
        Vector.Widen(high, out var third, out var fourth);
        return new FourVectors(
            Vector.AsVectorInt32(first), Vector.AsVectorInt32(second), Vector.AsVectorInt32(third), Vector.AsVectorInt32(fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> LoadEight(ref byte row, int offset)
    {
        ulong bytes = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref row, offset));
        return Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(bytes).AsByte()).AsVector();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Finish(Vector<int> sum) =>
        Vector.Min(Vector.Max(sum >> ResampleTable.FractionBits, Vector<int>.Zero), new Vector<int>(255));
}
