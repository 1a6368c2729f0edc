using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>
/// The two matrix passes that all linear heads are made of, in single precision: rows times weights, and coefficients times rows.
/// </summary>
/// <remarks>
/// General matrix products are not in the base library, and a call of <c>TensorPrimitives.Dot</c> for each pair of rows loads every number
/// once for each multiplication; <see cref="DenseTiles{TVector, TLanes}"/> uses each load several times. Every result is computed by
/// one thread in one order, so it does not depend on the number of threads.
/// </remarks>
internal static class DensePasses
{
    /// <summary>Below so many multiplications a second thread costs more than it brings.</summary>
    private const long SerialWork = 300_000;

    private const int RowsPerTask = 64;

    /// <summary>Single-precision sums run over so many rows, then they are added to double-precision totals.</summary>
    private const int RowsPerSum = 1024;

    /// <summary>From so many weight vectors on, copying the rows for faster loops pays.</summary>
    private const int ClassesToPack = 32;

    /// <summary>So many columns of a panel of rows, 32 kB, are used for all weight vectors before the next.</summary>
    private const int ColumnsPerSum = 256;

    /// <summary>The bytes of a line of the cache.</summary>
    private const int CacheLine = 64;

    private static int PanelColumns => Vector512.IsHardwareAccelerated
        ? DenseTiles<Vector512<float>, WideLanes>.PanelColumns
        : DenseTiles<Vector<float>, NarrowLanes>.PanelColumns;

    /// <summary><c>products[c, i] = Σ_k rows[i, k] · weights[c, k]</c>.</summary>
    /// <param name="rows">n × d, row-major.</param>
    /// <param name="weights">C × d, row-major.</param>
    /// <param name="products">C × n, row-major; overwritten.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public static void RowsTimesWeights(FeatureMatrix rows, ReadOnlyMemory<float> weights, Memory<float> products, int threads)
    {
        int n = rows.Rows;
        int d = rows.Columns;
        if (weights.Length / d >= ClassesToPack)
        {
            PackedRowsTimesWeights(rows, weights, products, threads);
            return;
        }

        int tasks = (n + RowsPerTask - 1) / RowsPerTask;
        ForEach(tasks, (long)n * weights.Length, threads, task =>
        {
            int first = task * RowsPerTask;
            int last = Math.Min(n, first + RowsPerTask);
            Products(new RowBlock(rows.Values.Span[(first * d)..(last * d)], d), new RowBlock(weights.Span, d), products.Span[first..], n);
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
        int columns = PanelColumns;
        int tasks = (d + columns - 1) / columns;
        ForEach(tasks, (long)n * sums.Length, threads, task =>
        {
            int first = task * columns;
            int width = Math.Min(columns, d - first);
            float[] panel = Rent(RowsPerSum * columns);
            float[] partial = Rent(classes * columns);
            var added = OnLines(partial, classes * columns);
            for (int start = 0; start < n; start += RowsPerSum)
            {
                int count = Math.Min(RowsPerSum, n - start);
                var packed = OnLines(panel, count * columns);
                Pack(rows.Values.Span[((start * d) + first)..], packed, d, width, columns);
                AddScaledRows(packed, coefficients.Span[start..], added, n, classes);
                for (int c = 0; c < classes; c++)
                {
                    var target = sums.Span.Slice((c * d) + first, width);
                    var source = added.Slice(c * columns, width);
                    for (int k = 0; k < target.Length; k++)
                        target[k] += source[k];
                }
            }

            ArrayPool<float>.Shared.Return(partial);
            ArrayPool<float>.Shared.Return(panel);
        });
    }

    /// <summary>The rows are copied column by column, so that their products are sums of scaled columns.</summary>
    private static void PackedRowsTimesWeights(FeatureMatrix rows, ReadOnlyMemory<float> weights, Memory<float> products, int threads)
    {
        int n = rows.Rows;
        int d = rows.Columns;
        int classes = weights.Length / d;
        int width = PanelColumns;
        int tasks = (n + width - 1) / width;
        ForEach(tasks, (long)n * weights.Length, threads, task =>
        {
            int first = task * width;
            int count = Math.Min(width, n - first);
            float[] panel = Rent(ColumnsPerSum * width);
            float[] partial = Rent(classes * width);
            var added = OnLines(partial, classes * width);
            for (int start = 0; start < d; start += ColumnsPerSum)
            {
                int columns = Math.Min(ColumnsPerSum, d - start);
                var packed = OnLines(panel, columns * width);
                PackColumns(rows.Values.Span[((first * d) + start)..], packed, d, count, width);
                AddScaledRows(packed, weights.Span[start..], added, d, classes);
                for (int c = 0; c < classes; c++)
                {
                    var target = products.Span.Slice((c * n) + first, count);
                    var source = added.Slice(c * width, count);
                    if (start == 0)
                        source.CopyTo(target);
                    else
                        TensorPrimitives.Add(target, source, target);
                }
            }

            ArrayPool<float>.Shared.Return(partial);
            ArrayPool<float>.Shared.Return(panel);
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

    /// <summary><c>products[c · stride + i] = ⟨rows i, weights c⟩</c>.</summary>
    public static void Products(RowBlock rows, RowBlock weights, Span<float> products, int stride)
    {
        if (Vector512.IsHardwareAccelerated)
            DenseTiles<Vector512<float>, WideLanes>.Products(rows, weights, products, stride);
        else
            DenseTiles<Vector<float>, NarrowLanes>.Products(rows, weights, products, stride);
    }

    private static void AddScaledRows(
        ReadOnlySpan<float> panel, ReadOnlySpan<float> scales, Span<float> sums, int scaleStride, int classes)
    {
        if (Vector512.IsHardwareAccelerated)
            DenseTiles<Vector512<float>, WideLanes>.AddScaledRows(panel, scales, sums, scaleStride, classes);
        else
            DenseTiles<Vector<float>, NarrowLanes>.AddScaledRows(panel, scales, sums, scaleStride, classes);
    }

    /// <summary>Copies a range of columns of consecutive rows to one place, with zeros where the last panel ends early.</summary>
    private static void Pack(ReadOnlySpan<float> rows, Span<float> panel, int d, int width, int columns)
    {
        if (width < columns)
            panel.Clear();
        for (int i = 0; i * columns < panel.Length; i++)
            rows.Slice(i * d, width).CopyTo(panel.Slice(i * columns, width));
    }

    /// <summary>Copies rows to the columns of a panel, with zeros where there are fewer rows.</summary>
    private static void PackColumns(ReadOnlySpan<float> rows, Span<float> panel, int d, int count, int width)
    {
        const int Together = 16;
        if (count < width)
            panel.Clear();
        int columns = panel.Length / width;
        for (int first = 0; first < columns; first += Together)
        {
            int last = Math.Min(columns, first + Together);
            for (int i = 0; i < count; i++)
            {
                var row = rows.Slice((i * d) + first, last - first);
                for (int k = 0; k < row.Length; k++)
                    panel[((first + k) * width) + i] = row[k];
            }
        }
    }

    private static float[] Rent(int length) => ArrayPool<float>.Shared.Rent(length + (CacheLine / sizeof(float)));

    /// <summary>
    /// The part of a rented array that begins with a line of the cache: registers that are read across two lines take twice as long. Should
    /// the array be moved meanwhile, only that gain is lost.
    /// </summary>
    private static Span<float> OnLines(float[] rented, int length)
    {
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(rented, 0);
        return rented.AsSpan((int)(-address & (CacheLine - 1)) / sizeof(float), length);
    }
}
