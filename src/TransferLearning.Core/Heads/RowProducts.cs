namespace TransferLearning;

/// <summary>The products of all pairs of standardised rows, K = X·Xᵀ (the Gram matrix).</summary>
/// <remarks>
/// The weights that minimise a loss of X·w plus λ/2·‖w‖² lie in the span of the rows (the representer theorem), w = Xᵀ·a, and
/// everything that the minimiser needs of them, products with rows and with each other, follows from K. This is an
/// exact reduction from C·d to C·n numbers, and a step of the minimiser needs n² products instead of 2·n·d.
/// </remarks>
internal static class RowProducts
{
    private const int ColumnsPerPanel = 512;
    private const int RowsPerTask = 64;

    /// <summary>
    /// Measures the products of the rows of one matrix with those of another (or the same), panel by panel, so that no standardised copy of
    /// the features is ever whole in memory.
    /// </summary>
    /// <returns>One row for each row of <paramref name="left"/>, one column for each row of <paramref name="right"/>.</returns>
    public static FeatureMatrix Measure(
        FeatureMatrix left, FeatureMatrix right, Standardization standardization, int threads, CancellationToken cancellationToken)
    {
        bool symmetric = ReferenceEquals(left, right);
        var products = new FeatureMatrix(left.Rows, right.Rows);
        for (int first = 0; first < left.Columns; first += ColumnsPerPanel)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int columns = Math.Min(ColumnsPerPanel, left.Columns - first);
            var panel = standardization.Apply(left, first, columns);
            AddProducts(panel, symmetric ? panel : standardization.Apply(right, first, columns), products, threads, cancellationToken);
        }

        if (symmetric)
            Mirror(products);
        return products;
    }

    /// <summary>The products of the rows of a matrix with each other.</summary>
    public static FeatureMatrix OfPairs(FeatureMatrix rows, int threads, CancellationToken cancellationToken)
    {
        var products = new FeatureMatrix(rows.Rows, rows.Rows);
        AddProducts(rows, rows, products, threads, cancellationToken);
        Mirror(products);
        return products;
    }

    /// <summary>The products of some rows with some rows.</summary>
    public static FeatureMatrix Select(FeatureMatrix products, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        var selected = new FeatureMatrix(rows.Length, columns.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            var source = products[rows[i]];
            var target = selected.RowForWriting(i);
            for (int j = 0; j < columns.Length; j++)
                target[j] = source[columns[j]];
        }

        return selected;
    }

    private static void Mirror(FeatureMatrix products)
    {
        for (int i = 0; i < products.Rows; i++)
        {
            for (int j = 0; j < i; j++)
                products.RowForWriting(j)[i] = products[i][j];
        }
    }

    /// <summary>Adds in square blocks; only the lower triangle where both sides are the same.</summary>
    private static void AddProducts(
        FeatureMatrix left, FeatureMatrix right, FeatureMatrix products, int threads, CancellationToken cancellationToken)
    {
        bool symmetric = ReferenceEquals(left, right);
        int d = left.Columns;
        int blocks = (left.Rows + RowsPerTask - 1) / RowsPerTask;
        DensePasses.ForEach(blocks, (long)left.Rows * right.Rows * d, threads, block =>
        {
            int first = block * RowsPerTask;
            int rows = Math.Min(RowsPerTask, left.Rows - first);
            var scratch = new float[RowsPerTask * rows];
            for (int other = 0; other < (symmetric ? first + rows : right.Rows); other += RowsPerTask)
            {
                int columns = Math.Min(RowsPerTask, right.Rows - other);
                DensePasses.Products(
                    new RowBlock(right.Values.Span.Slice(other * d, columns * d), d),
                    new RowBlock(left.Values.Span.Slice(first * d, rows * d), d),
                    scratch,
                    columns);
                for (int r = 0; r < rows; r++)
                {
                    var target = products.RowForWriting(first + r).Slice(other, columns);
                    for (int k = 0; k < columns; k++)
                        target[k] += scratch[(r * columns) + k];
                }
            }
        }, cancellationToken);
    }
}
