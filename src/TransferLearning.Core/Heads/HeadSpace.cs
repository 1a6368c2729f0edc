using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// The standardised training rows, in the space that is cheaper: features as they are, or the products of all pairs of rows where
/// there are not many more rows than features.
/// </summary>
internal sealed class HeadSpace
{
    /// <summary>Above so many rows the products of all pairs take more memory and time than they save.</summary>
    private const int MostRowsForProducts = 5000;

    /// <summary>
    /// A step costs n² products by rows and 2·n·d by features, so products pay up to n = 2·d; less, as they have to be computed first.
    /// </summary>
    private const double MostRowsPerColumn = 1.5;

    private const int ColumnsPerPanel = 512;

    /// <summary>The largest matrix that is factorised to precondition; a factor takes 8 bytes for each of its numbers.</summary>
    public const int MostPreconditioned = 2048;

    /// <summary>With fewer scores for each feature, factorising costs more than it saves.</summary>
    private const long ScoresPerFeature = 64;

    /// <summary>So many rows for each feature are enough to know the second moments.</summary>
    private const int RowsPerMoment = 4;

    private readonly FeatureMatrix _features;
    private readonly FeatureMatrix _coordinates;
    private readonly int _threads;
    private readonly int _classes;
    private readonly CancellationToken _cancellationToken;
    private Preconditioner? _preconditioner;

    /// <param name="features">The training rows.</param>
    /// <param name="byRows">Whether to work with products of rows; null for what is cheaper.</param>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="cancellationToken">Stops between blocks of products, now and later.</param>
    /// <param name="classes">The number of classes of the heads.</param>
    public HeadSpace(FeatureMatrix features, bool? byRows, int threads, CancellationToken cancellationToken, int classes = 2)
    {
        _classes = classes;
        _features = features;
        _threads = threads;
        _cancellationToken = cancellationToken;
        Standardization = Standardization.Measure(features);
        ByRows = byRows ?? (features.Rows < MostRowsPerColumn * features.Columns && features.Rows <= MostRowsForProducts);
        _coordinates = Coordinates(features, cancellationToken);
    }

    /// <summary>How features are standardised.</summary>
    public Standardization Standardization { get; }

    /// <summary>The numbers of a row as the space sees it.</summary>
    public int Width => _coordinates.Columns;

    /// <summary>Whether vectors are combinations of rows.</summary>
    public bool ByRows { get; }

    /// <summary>All training rows.</summary>
    public FeatureSpace Everything() => Space(_coordinates);

    /// <summary>Some training rows.</summary>
    public FeatureSpace OfRows(int[] rows)
    {
        if (rows.Length == _coordinates.Rows)
            return Everything();
        return Space(ByRows ? RowProducts.Select(_coordinates, rows, rows) : _coordinates.Select(rows));
    }

    /// <summary>Training rows as the space of other training rows sees them.</summary>
    /// <param name="rows">The rows that are seen.</param>
    /// <param name="learned">The rows that span the space.</param>
    public FeatureMatrix Coordinates(int[] rows, int[] learned) =>
        ByRows ? RowProducts.Select(_coordinates, rows, learned) : _coordinates.Select(rows);

    /// <summary>Other rows as the space of all training rows sees them.</summary>
    public FeatureMatrix Coordinates(FeatureMatrix features, CancellationToken cancellationToken) => ByRows
        ? RowProducts.Measure(features, _features, Standardization, _threads, cancellationToken)
        : Standardization.Apply(features);

    /// <summary>Weights on standardised features, of a vector in the space of all training rows.</summary>
    /// <param name="numbers">The numbers of the vector, class after class.</param>
    /// <param name="classes">The number of classes.</param>
    public double[] Weights(ReadOnlySpan<double> numbers, int classes)
    {
        if (!ByRows)
            return numbers.ToArray();
        int d = _features.Columns;
        var coefficients = new float[numbers.Length];
        TensorPrimitives.ConvertTruncating(numbers, coefficients.AsSpan());
        var weights = new double[classes * d];
        for (int first = 0; first < d; first += ColumnsPerPanel)
        {
            var panel = Standardization.Apply(_features, first, Math.Min(ColumnsPerPanel, d - first));
            var sums = new double[classes * panel.Columns];
            DensePasses.CoefficientsTimesRows(panel, coefficients, sums, _threads);
            for (int c = 0; c < classes; c++)
                sums.AsSpan(c * panel.Columns, panel.Columns).CopyTo(weights.AsSpan((c * d) + first));
        }

        return weights;
    }

    private FeatureSpace Space(FeatureMatrix coordinates)
    {
        if (ByRows)
            return new RowSpace(coordinates);
        return coordinates.Columns > MostPreconditioned || (long)_features.Rows * _classes < ScoresPerFeature * _features.Columns
            ? new PrimalSpace(coordinates, null)
            : new PrimalSpace(coordinates, _preconditioner ??= Preconditioner.OfRows(Sample(), _threads, _cancellationToken));
    }

    /// <summary>Standardised rows at equal distances: the second moments of all parts of the rows are about the same.</summary>
    private FeatureMatrix Sample()
    {
        int count = Math.Min(_coordinates.Rows, RowsPerMoment * _coordinates.Columns);
        return count == _coordinates.Rows ? _coordinates : _coordinates.Select(StreamedHead.Spread(_coordinates.Rows, count));
    }
}
