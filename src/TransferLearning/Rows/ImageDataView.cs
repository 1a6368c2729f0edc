using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>The rows of another view with the columns of a network added, computed when a cursor reads them.</summary>
internal sealed class ImageDataView(IDataView input, NetworkColumns network) : IDataView
{
    private readonly ImageColumn _image = network.Find(input.Schema);

    /// <inheritdoc/>
    public DataViewSchema Schema { get; } = network.AddTo(input.Schema);

    /// <inheritdoc/>
    public bool CanShuffle => input.CanShuffle;

    /// <inheritdoc/>
    public long? GetRowCount() => input.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = NetworkColumns.Active(Schema, columnsNeeded);
        bool computes = active.AsSpan(input.Schema.Count).Contains(true);
        var needed = input.Schema.Where(column => active[column.Index] || computes && column.Index == input.Schema[_image.Name].Index);
        var cursor = input.GetRowCursor(needed, rand);
        return computes
            ? new ImageCursor(Schema, cursor, active, _image, network)
            : new PassingCursor(Schema, cursor, active);
    }

    /// <summary>One cursor, which uses all threads by itself.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
