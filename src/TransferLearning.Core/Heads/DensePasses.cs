using System.Numerics;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// The two matrix passes that all linear heads are made of, in single precision: rows times weights, and coefficients times rows.
/// </summary>
/// <remarks>
/// General matrix products are not in the base library, and a call of <c>TensorPrimitives.Dot</c> for each pair of rows loads every number
/// once for each multiplication; the tiles here (four rows by two weight vectors) use each load several times. Every result is computed by
/// one thread in one order, so it does not depend on the number of threads.
/// </remarks>
internal static class DensePasses
{
    /// <summary>Below so many multiplications a second thread costs more than it brings.</summary>
    private const long SerialWork = 300_000;

    private const int RowsPerTask = 64;
    private const int ColumnsPerTask = 256;

    /// <summary>Single-precision sums run over so many rows, then they are added to double-precision totals.</summary>
    private const int RowsPerSum = 2048;

    /// <summary><c>products[c, i] = Σ_k rows[i, k] · weights[c, k]</c>.</summary>
    /// <param name="rows">n × d, row-major.</param>
    /// <param name="weights">C × d, row-major.</param>
    /// <param name="products">C × n, row-major; overwritten.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public static void RowsTimesWeights(FeatureMatrix rows, ReadOnlyMemory<float> weights, Memory<float> products, int threads)
    {
        int n = rows.Rows;
        int d = rows.Columns;
        int tasks = (n + RowsPerTask - 1) / RowsPerTask;
        ForEach(tasks, (long)n * weights.Length, threads, task =>
        {
            int first = task * RowsPerTask;
            int last = Math.Min(n, first + RowsPerTask);
            Products(rows.Values.Span[(first * d)..(last * d)], weights.Span, products.Span[first..], d, n);
        });
    }

    /// <summary><c>sums[c, k] += Σ_i coefficients[c, i] · rows[i, k]</c>.</summary>
    /// <param name="rows">n × d, row-major.</param>
    /// <param name="coefficients">C × n, row-major.</param>
    /// <param name="sums">C × d, row-major; added to.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public static void CoefficientsTimesRows(FeatureMatrix rows, ReadOnlyMemory<float> coefficients, Memory<double> sums, int threads)
    {
        int n = rows.Rows;
        int d = rows.Columns;
        int classes = sums.Length / d;
        int tasks = (d + ColumnsPerTask - 1) / ColumnsPerTask;
        ForEach(tasks, (long)n * sums.Length, threads, task =>
        {
            int first = task * ColumnsPerTask;
            int width = Math.Min(ColumnsPerTask, d - first);
            var partial = new float[classes * width];
            for (int start = 0; start < n; start += RowsPerSum)
            {
                int end = Math.Min(n, start + RowsPerSum);
                Array.Clear(partial);
                AddScaledRows(rows.Values.Span, coefficients.Span, partial, start, end, first, width, d, n);
                for (int c = 0; c < classes; c++)
                {
                    var target = sums.Span.Slice((c * d) + first, width);
                    for (int k = 0; k < width; k++)
                        target[k] += partial[(c * width) + k];
                }
            }
        });
    }

    /// <summary>Runs the tasks on several threads if the work is worth it.</summary>
    public static void ForEach(int tasks, long work, int threads, Action<int> task, CancellationToken cancellationToken = default)
    {
        if (threads <= 1 || tasks == 1 || work < SerialWork)
        {
            for (int i = 0; i < tasks; i++)
                task(i);
        }
        else
        {
            Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, task);
        }
    }

    /// <summary><c>products[c · stride + i] = ⟨rows i, weights c⟩</c> for vectors of length <paramref name="d"/>.</summary>
    public static void Products(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, Span<float> products, int d, int stride)
    {
        int n = rows.Length / d;
        int classes = weights.Length / d;
        int i = 0;
        for (; i + 4 <= n; i += 4)
        {
            var four = rows.Slice(i * d, 4 * d);
            int c = 0;
            for (; c + 2 <= classes; c += 2)
                FourByTwo(four, weights.Slice(c * d, 2 * d), products[((c * stride) + i)..], d, stride);
            if (c < classes)
            {
                for (int r = 0; r < 4; r++)
                    products[(c * stride) + i + r] = Dot(four.Slice(r * d, d), weights.Slice(c * d, d));
            }
        }

        for (; i < n; i++)
        {
            for (int c = 0; c < classes; c++)
                products[(c * stride) + i] = Dot(rows.Slice(i * d, d), weights.Slice(c * d, d));
        }
    }

    private static void FourByTwo(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, Span<float> products, int d, int stride)
    {
        ref float x = ref MemoryMarshal.GetReference(rows);
        ref float w = ref MemoryMarshal.GetReference(weights);
        var a0 = Vector<float>.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        nuint length = (nuint)d;
        nuint k = 0;
        for (; k + (nuint)Vector<float>.Count <= length; k += (nuint)Vector<float>.Count)
        {
            var first = Vector.LoadUnsafe(ref w, k);
            var second = Vector.LoadUnsafe(ref w, length + k);
            var row = Vector.LoadUnsafe(ref x, k);
            a0 = Vector.FusedMultiplyAdd(row, first, a0);
            b0 = Vector.FusedMultiplyAdd(row, second, b0);
            row = Vector.LoadUnsafe(ref x, length + k);
            a1 = Vector.FusedMultiplyAdd(row, first, a1);
            b1 = Vector.FusedMultiplyAdd(row, second, b1);
            row = Vector.LoadUnsafe(ref x, (2 * length) + k);
            a2 = Vector.FusedMultiplyAdd(row, first, a2);
            b2 = Vector.FusedMultiplyAdd(row, second, b2);
            row = Vector.LoadUnsafe(ref x, (3 * length) + k);
            a3 = Vector.FusedMultiplyAdd(row, first, a3);
            b3 = Vector.FusedMultiplyAdd(row, second, b3);
        }

        products[0] = Vector.Sum(a0);
        products[1] = Vector.Sum(a1);
        products[2] = Vector.Sum(a2);
        products[3] = Vector.Sum(a3);
        products[stride] = Vector.Sum(b0);
        products[stride + 1] = Vector.Sum(b1);
        products[stride + 2] = Vector.Sum(b2);
        products[stride + 3] = Vector.Sum(b3);
        for (int rest = (int)k; rest < d; rest++)
        {
            for (int r = 0; r < 4; r++)
            {
                products[r] += rows[(r * d) + rest] * weights[rest];
                products[stride + r] += rows[(r * d) + rest] * weights[d + rest];
            }
        }
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = Vector<float>.Zero;
        int k = 0;
        for (; k + Vector<float>.Count <= left.Length; k += Vector<float>.Count)
            sum = Vector.FusedMultiplyAdd(new Vector<float>(left[k..]), new Vector<float>(right[k..]), sum);
        float total = Vector.Sum(sum);
        for (; k < left.Length; k++)
            total += left[k] * right[k];
        return total;
    }

    private static void AddScaledRows(
        ReadOnlySpan<float> rows,
        ReadOnlySpan<float> coefficients,
        Span<float> sums,
        int start,
        int end,
        int firstColumn,
        int width,
        int d,
        int n)
    {
        int classes = sums.Length / width;
        int i = start;
        for (; i + 4 <= end; i += 4)
        {
            for (int c = 0; c < classes; c++)
            {
                AddFour(
                    rows[((i * d) + firstColumn)..], coefficients.Slice((c * n) + i, 4), sums.Slice(c * width, width), d);
            }
        }

        for (; i < end; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                float scale = coefficients[(c * n) + i];
                var target = sums.Slice(c * width, width);
                var row = rows.Slice((i * d) + firstColumn, width);
                for (int k = 0; k < width; k++)
                    target[k] += scale * row[k];
            }
        }
    }

    private static void AddFour(ReadOnlySpan<float> rows, ReadOnlySpan<float> scales, Span<float> sums, int d)
    {
        ref float x = ref MemoryMarshal.GetReference(rows);
        ref float target = ref MemoryMarshal.GetReference(sums);
        var s0 = new Vector<float>(scales[0]);
        var s1 = new Vector<float>(scales[1]);
        var s2 = new Vector<float>(scales[2]);
        var s3 = new Vector<float>(scales[3]);
        nuint stride = (nuint)d;
        nuint k = 0;
        for (; k + (nuint)Vector<float>.Count <= (nuint)sums.Length; k += (nuint)Vector<float>.Count)
        {
            var sum = Vector.LoadUnsafe(ref target, k);
            sum = Vector.FusedMultiplyAdd(s0, Vector.LoadUnsafe(ref x, k), sum);
            sum = Vector.FusedMultiplyAdd(s1, Vector.LoadUnsafe(ref x, stride + k), sum);
            sum = Vector.FusedMultiplyAdd(s2, Vector.LoadUnsafe(ref x, (2 * stride) + k), sum);
            sum = Vector.FusedMultiplyAdd(s3, Vector.LoadUnsafe(ref x, (3 * stride) + k), sum);
            sum.StoreUnsafe(ref target, k);
        }

        for (int rest = (int)k; rest < sums.Length; rest++)
        {
            for (int r = 0; r < 4; r++)
                sums[rest] += scales[r] * rows[(r * d) + rest];
        }
    }
}
