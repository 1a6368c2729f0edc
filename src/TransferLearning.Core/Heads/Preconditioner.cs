using System.Buffers;
using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// An approximate inverse of the second derivatives of a head's objective. For one class they are about h·S + λ·I, with the second moments
/// S = Xᵀ·X/n of the features and the mean h of p·(1 − p) over the rows (after D. Böhning, Multinomial logistic regression algorithm,
/// Annals of the Institute of Statistical Mathematics 44, 1992); steps divided by them converge in a tenth of the iterations.
/// </summary>
/// <param name="moments">S, symmetric.</param>
/// <param name="threads">The number of threads that may work.</param>
internal sealed class Preconditioner(FeatureMatrix moments, int threads)
{
    /// <summary>Ratios λ/h are rounded to powers of this base, so that few factorisations serve all strengths and classes.</summary>
    private const double Base = 4;

    /// <summary>The classes that one task solves for: few enough for all threads, enough to use each number of a factor often.</summary>
    private const int SidesPerTask = RidgeFactor.MostSides;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, RidgeFactor?> _factors = [];

    /// <summary>The second moments of standardised rows.</summary>
    /// <param name="rows">The rows, or a sample of them.</param>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="cancellationToken">Stops between blocks of products.</param>
    public static Preconditioner OfRows(FeatureMatrix rows, int threads, CancellationToken cancellationToken)
    {
        var columns = new FeatureMatrix(rows.Columns, rows.Rows);
        var target = columns.Values.Span;
        for (int i = 0; i < rows.Rows; i++)
        {
            var row = rows[i];
            for (int k = 0; k < row.Length; k++)
                target[(k * rows.Rows) + i] = row[k];
        }

        var moments = RowProducts.OfPairs(columns, threads, cancellationToken);
        TensorPrimitives.Multiply(moments.Values.Span, 1f / rows.Rows, moments.Values.Span);
        return new Preconditioner(moments, threads);
    }

    /// <summary>
    /// Multiplies a vector with the inverse: x with (h·S + λ·I)·x = b for the weights of each class, and x = b/h for its bias.
    /// </summary>
    /// <param name="numbers">The weights b, class after class, and the biases; overwritten by x.</param>
    /// <param name="curvatures">h of each class, above 0.</param>
    /// <param name="strength">λ.</param>
    public void Apply(Span<double> numbers, double[] curvatures, double strength)
    {
        int length = moments.Rows;
        float[] rented = ArrayPool<float>.Shared.Rent(curvatures.Length * length);
        var tasks = new List<(RidgeFactor Factor, int First, int Count)>();
        int[] order = new int[curvatures.Length];
        int placed = 0;
        foreach (var group in Enumerable.Range(0, curvatures.Length).GroupBy(c => Exponent(strength / curvatures[c])))
        {
            int first = placed;
            foreach (int c in group)
            {
                TensorPrimitives.ConvertTruncating<double, float>(Of(numbers, c), rented.AsSpan(placed * length, length));
                order[placed++] = c;
            }

            if (Factor(group.Key) is not { } factor)
                continue;
            for (; first < placed; first += SidesPerTask)
                tasks.Add((factor, first, Math.Min(SidesPerTask, placed - first)));
        }

        DensePasses.ForEach(tasks.Count, (long)numbers.Length * length, threads, task =>
        {
            var (factor, first, count) = tasks[task];
            factor.Solve(rented.AsSpan(first * length, count * length));
        });
        for (int i = 0; i < order.Length; i++)
        {
            var target = Of(numbers, order[i]);
            TensorPrimitives.ConvertTruncating<float, double>(rented.AsSpan(i * length, length), target);
            TensorPrimitives.Multiply(target, 1 / curvatures[order[i]], target);
        }

        ArrayPool<float>.Shared.Return(rented);
        var biases = numbers[(curvatures.Length * length)..];
        TensorPrimitives.Divide(biases, curvatures, biases);

        Span<double> Of(Span<double> all, int c) => all.Slice(c * length, length);
    }

    /// <summary>The rounded logarithm of a ratio λ/h; classes with the same one are solved together.</summary>
    private static int Exponent(double ratio) => (int)Math.Round(Math.Log(Math.Clamp(ratio, 1e-6, 1e6), Base));

    private RidgeFactor? Factor(int exponent)
    {
        lock (_lock)
        {
            if (!_factors.TryGetValue(exponent, out var factor))
            {
                factor = RidgeFactor.Of(moments, Math.Pow(Base, exponent), threads);
                _factors.Add(exponent, factor);
            }

            return factor;
        }
    }
}
