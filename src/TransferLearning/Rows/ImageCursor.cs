using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Reads rows in their order while images further ahead are decoded and computed on other threads.</summary>
/// <remarks>
/// As other cursors not safe for use from several threads. Memory is bounded by the rows in progress, whatever the number of rows.
/// </remarks>
internal sealed class ImageCursor : DataViewRowCursor
{
    private readonly DataViewSchema _schema;
    private readonly bool[] _active;
    private readonly PrefetchingRows _rows;
    private readonly Delegate?[] _getters;
    private readonly ValueGetter<DataViewRowId> _id;
    private long _position = -1;
    private bool _disposed;

    /// <param name="schema">The schema of the output, which begins with the columns of the input.</param>
    /// <param name="input">The cursor over the input, which this one owns.</param>
    /// <param name="active">Which columns of the schema are active.</param>
    /// <param name="image">The column of images.</param>
    /// <param name="network">The network and its columns.</param>
    public ImageCursor(DataViewSchema schema, DataViewRowCursor input, bool[] active, ImageColumn image, NetworkColumns network)
    {
        _schema = schema;
        _active = active;
        _rows = new PrefetchingRows(input, image, network.Network);
        int fromInput = input.Schema.Count;
        _getters = new Delegate?[schema.Count];
        for (int i = 0; i < schema.Count; i++)
        {
            if (active[i])
            {
                _getters[i] = i < fromInput
                    ? _rows.Buffer(input.Schema[i]).CreateGetter(() => _rows.Current)
                    : network.Outputs[i - fromInput].CreateGetter(() => _rows.Output);
            }
        }

        _id = (ValueGetter<DataViewRowId>)_rows.BufferIds().CreateGetter(() => _rows.Current);
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => _schema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => 0;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_disposed || !_rows.MoveNext())
        {
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => GetterOf<TValue>(_getters[column.Index], column);

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => _id;

    /// <summary>The getter as one of the wanted type.</summary>
    /// <exception cref="InvalidOperationException">The column is not active or of another type.</exception>
    internal static ValueGetter<TValue> GetterOf<TValue>(Delegate? getter, DataViewSchema.Column column) => getter switch
    {
        ValueGetter<TValue> typed => typed,
        null => throw new InvalidOperationException($"The column '{column.Name}' is not active."),
        _ => throw new InvalidOperationException(
            $"The column '{column.Name}' is of type {column.Type}; it has no values of {typeof(TValue).Name}."),
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _rows.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
