using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// The inner loops of <see cref="DensePasses"/>: tiles of several rows by several weight vectors, so that each load is used several times.
/// </summary>
/// <typeparam name="TVector">The register.</typeparam>
/// <typeparam name="TLanes">Its arithmetic.</typeparam>
internal static partial class DenseTiles<TVector, TLanes>
    where TVector : struct
    where TLanes : IFloatLanes<TVector>
{
    /// <summary>So many weight vectors are used for all rows of a call before the next, so that they stay in the cache.</summary>
    private const int WeightsPerBlock = 32;

    /// <summary><c>products[c · stride + i] = ⟨rows i, weights c⟩</c>.</summary>
    public static void Products(RowBlock rows, RowBlock weights, Span<float> products, int stride)
    {
        int n = rows.Count;
        int classes = weights.Count;
        for (int first = 0; first < classes; first += WeightsPerBlock)
        {
            int last = Math.Min(classes, first + WeightsPerBlock);
            int i = 0;
            for (; i + 4 <= n; i += 4)
            {
                int c = first;
                for (; TLanes.HasManyRegisters && c + 4 <= last; c += 4)
                    FourByFour(rows.From(i), weights.From(c), products[((c * stride) + i)..], stride);
                for (; c + 2 <= last; c += 2)
                    FourByTwo(rows.From(i), weights.From(c), products[((c * stride) + i)..], stride);
                if (c < last)
                {
                    for (int r = 0; r < 4; r++)
                        products[(c * stride) + i + r] = Dot(rows[i + r], weights[c]);
                }
            }

            for (; i < n; i++)
            {
                for (int c = first; c < last; c++)
                    products[(c * stride) + i] = Dot(rows[i], weights[c]);
            }
        }
    }

    private static void FourByTwo(RowBlock rows, RowBlock weights, Span<float> products, int stride)
    {
        ref float x = ref rows.First;
        ref float w = ref weights.First;
        var a0 = TLanes.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        nuint length = (nuint)rows.Length;
        nuint right = (nuint)weights.Pitch;
        nuint below = (nuint)rows.Pitch;
        nuint k = 0;
        for (; k + (nuint)TLanes.Count <= length; k += (nuint)TLanes.Count)
        {
            var first = TLanes.Load(ref w, k);
            var second = TLanes.Load(ref w, right + k);
            var row = TLanes.Load(ref x, k);
            a0 = TLanes.MultiplyAdd(row, first, a0);
            b0 = TLanes.MultiplyAdd(row, second, b0);
            row = TLanes.Load(ref x, below + k);
            a1 = TLanes.MultiplyAdd(row, first, a1);
            b1 = TLanes.MultiplyAdd(row, second, b1);
            row = TLanes.Load(ref x, (2 * below) + k);
            a2 = TLanes.MultiplyAdd(row, first, a2);
            b2 = TLanes.MultiplyAdd(row, second, b2);
            row = TLanes.Load(ref x, (3 * below) + k);
            a3 = TLanes.MultiplyAdd(row, first, a3);
            b3 = TLanes.MultiplyAdd(row, second, b3);
        }

        Sums(products, a0, a1, a2, a3);
        Sums(products[stride..], b0, b1, b2, b3);
        AddRest(rows, weights, classes: 2, (int)k, products, stride);
    }

    /// <summary>As <see cref="FourByTwo"/>, for processors that can hold sixteen sums in registers: fewer loads for each product.</summary>
    private static void FourByFour(RowBlock rows, RowBlock weights, Span<float> products, int stride)
    {
        ref float x = ref rows.First;
        ref float w = ref weights.First;
        var a0 = TLanes.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        var c0 = a0;
        var c1 = a0;
        var c2 = a0;
        var c3 = a0;
        var d0 = a0;
        var d1 = a0;
        var d2 = a0;
        var d3 = a0;
        nuint length = (nuint)rows.Length;
        nuint right = (nuint)weights.Pitch;
        nuint below = (nuint)rows.Pitch;
        nuint k = 0;
        for (; k + (nuint)TLanes.Count <= length; k += (nuint)TLanes.Count)
        {
            var first = TLanes.Load(ref w, k);
            var second = TLanes.Load(ref w, right + k);
            var third = TLanes.Load(ref w, (2 * right) + k);
            var fourth = TLanes.Load(ref w, (3 * right) + k);
            var row = TLanes.Load(ref x, k);
            a0 = TLanes.MultiplyAdd(row, first, a0);
            b0 = TLanes.MultiplyAdd(row, second, b0);
            c0 = TLanes.MultiplyAdd(row, third, c0);
            d0 = TLanes.MultiplyAdd(row, fourth, d0);
            row = TLanes.Load(ref x, below + k);
            a1 = TLanes.MultiplyAdd(row, first, a1);
            b1 = TLanes.MultiplyAdd(row, second, b1);
            c1 = TLanes.MultiplyAdd(row, third, c1);
            d1 = TLanes.MultiplyAdd(row, fourth, d1);
            row = TLanes.Load(ref x, (2 * below) + k);
            a2 = TLanes.MultiplyAdd(row, first, a2);
            b2 = TLanes.MultiplyAdd(row, second, b2);
            c2 = TLanes.MultiplyAdd(row, third, c2);
            d2 = TLanes.MultiplyAdd(row, fourth, d2);
            row = TLanes.Load(ref x, (3 * below) + k);
            a3 = TLanes.MultiplyAdd(row, first, a3);
            b3 = TLanes.MultiplyAdd(row, second, b3);
            c3 = TLanes.MultiplyAdd(row, third, c3);
            d3 = TLanes.MultiplyAdd(row, fourth, d3);
        }

        Sums(products, a0, a1, a2, a3);
        Sums(products[stride..], b0, b1, b2, b3);
        Sums(products[(2 * stride)..], c0, c1, c2, c3);
        Sums(products[(3 * stride)..], d0, d1, d2, d3);
        AddRest(rows, weights, classes: 4, (int)k, products, stride);
    }

    /// <summary>Adds the columns that fill no register, of four rows.</summary>
    private static void AddRest(RowBlock rows, RowBlock weights, int classes, int from, Span<float> products, int stride)
    {
        for (int k = from; k < rows.Length; k++)
        {
            for (int c = 0; c < classes; c++)
            {
                for (int r = 0; r < 4; r++)
                    products[(c * stride) + r] += rows[r][k] * weights[c][k];
            }
        }
    }

    private static void Sums(Span<float> products, TVector first, TVector second, TVector third, TVector fourth)
    {
        products[0] = TLanes.Sum(first);
        products[1] = TLanes.Sum(second);
        products[2] = TLanes.Sum(third);
        products[3] = TLanes.Sum(fourth);
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref float x = ref MemoryMarshal.GetReference(left);
        ref float w = ref MemoryMarshal.GetReference(right);
        var sum = TLanes.Zero;
        int k = 0;
        for (; k + TLanes.Count <= left.Length; k += TLanes.Count)
            sum = TLanes.MultiplyAdd(TLanes.Load(ref x, (nuint)k), TLanes.Load(ref w, (nuint)k), sum);
        float total = TLanes.Sum(sum);
        for (; k < left.Length; k++)
            total += left[k] * right[k];
        return total;
    }
}
