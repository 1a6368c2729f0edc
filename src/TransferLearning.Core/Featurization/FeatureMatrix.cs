namespace TransferLearning;

/// <summary>Numbers in rows: one row for each image, in the order of the images.</summary>
/// <remarks>Safe for reading from many threads. Rows are written by their creator only.</remarks>
public sealed class FeatureMatrix
{
    private readonly Memory<float> _values;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative or over 2^31 − 1 numbers.</exception>
    public FeatureMatrix(int rows, int columns)
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
    internal (FeatureMatrix First, FeatureMatrix Second) SplitAt(int row) => (
        new FeatureMatrix(row, Columns, _values[..(row * Columns)]),
        new FeatureMatrix(Rows - row, Columns, _values[(row * Columns)..]));

    /// <summary>Views of this matrix, of so many rows each; at least one. Nothing is copied.</summary>
    internal IReadOnlyList<FeatureMatrix> InPartsOf(int rows) =>
        [.. Enumerable.Range(0, Math.Max(1, Rows / Math.Max(1, rows))).Select(part => new FeatureMatrix(rows, Columns, _values.Slice(part * rows * Columns, rows * Columns)))];

    private static int CheckedLength(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        long length = (long)rows * columns;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(rows));
        return (int)length;
    }
}
