namespace TransferLearning;

/// <summary>Features or scores of images: one row for each image, in the order of the images.</summary>
/// <remarks>Immutable and safe for use from many threads. Numbers that you have computed or stored yourself come in with
/// <see cref="Create"/> or <see cref="FromRows"/>.</remarks>
public sealed class FeatureMatrix
{
    private readonly Memory<float> _values;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative or over 2^31 − 1 numbers.</exception>
    internal FeatureMatrix(int rows, int columns)
        : this(rows, columns, new float[CheckedLength(rows, columns)])
    {
    }

    internal FeatureMatrix(int rows, int columns, Memory<float> values)
    {
        if (values.Length != CheckedLength(rows, columns))
            throw new ArgumentException($"{rows} × {columns} needs {(long)rows * columns} numbers, not {values.Length}.", nameof(values));
        Rows = rows;
        Columns = columns;
        _values = values;
    }

    /// <summary>A matrix of numbers in memory, which are copied.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 1 or more.</param>
    /// <param name="values">The numbers, row after row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative or over 2^31 − 1 numbers.</exception>
    /// <exception cref="ArgumentException">There are not <paramref name="rows"/> · <paramref name="columns"/> numbers.</exception>
    public static FeatureMatrix Create(int rows, int columns, ReadOnlySpan<float> values) => new(rows, columns, values.ToArray());

    /// <summary>A matrix of rows in memory, which are copied.</summary>
    /// <param name="rows">One row or more, all of the same length, 1 or more.</param>
    /// <exception cref="ArgumentException">There is no row, a row is empty, or the rows have different lengths.</exception>
    public static FeatureMatrix FromRows(IReadOnlyList<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || rows[0] is not { Length: > 0 })
            throw new ArgumentException("A matrix needs one row or more, with one number or more each.", nameof(rows));
        var matrix = new FeatureMatrix(rows.Count, rows[0].Length);
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i]?.Length != matrix.Columns)
                throw new ArgumentException($"Row {i} has {rows[i]?.Length ?? 0} numbers, the first row {matrix.Columns}.", nameof(rows));
            rows[i].CopyTo(matrix.RowForWriting(i));
        }

        return matrix;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The numbers of one row.</summary>
    public ReadOnlySpan<float> this[int row] => _values.Span.Slice(row * Columns, Columns);

    /// <summary>All numbers, row after row.</summary>
    internal Memory<float> Values => _values;

    /// <summary>The numbers of one row, to be written.</summary>
    internal Span<float> RowForWriting(int row) => _values.Span.Slice(row * Columns, Columns);

    /// <summary>A new matrix of the rows with the given indices, in that order.</summary>
    internal FeatureMatrix Select(ReadOnlySpan<int> rows)
    {
        var selected = new FeatureMatrix(rows.Length, Columns);
        for (int i = 0; i < rows.Length; i++)
            this[rows[i]].CopyTo(selected.RowForWriting(i));
        return selected;
    }

    /// <summary>A new matrix of consecutive columns.</summary>
    internal FeatureMatrix SelectColumns(int first, int count)
    {
        var selected = new FeatureMatrix(Rows, count);
        for (int i = 0; i < Rows; i++)
            this[i].Slice(first, count).CopyTo(selected.RowForWriting(i));
        return selected;
    }

    /// <summary>Two views of this matrix: the rows before the given one, and the others. Nothing is copied.</summary>
    internal (FeatureMatrix First, FeatureMatrix Second) SplitAt(int row) => (Slice(0, row), Slice(row, Rows - row));

    /// <summary>A view of consecutive rows. Nothing is copied.</summary>
    internal FeatureMatrix Slice(int first, int count) => new(count, Columns, _values.Slice(first * Columns, count * Columns));

    /// <summary>Views of this matrix, of so many rows each; at least one. Nothing is copied.</summary>
    internal IReadOnlyList<FeatureMatrix> InPartsOf(int rows) =>
    [
        .. Enumerable.Range(0, Math.Max(1, Rows / Math.Max(1, rows)))
            .Select(part => Slice(part * rows, rows)),
    ];

    private static int CheckedLength(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        long length = (long)rows * columns;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(rows));
        return (int)length;
    }
}
