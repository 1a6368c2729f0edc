using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>The rows of another view with columns of the network beside; computed when a cursor runs over them, and only then.</summary>
internal sealed class ImageDataView(IDataView input, ImageTransformer transformer) : IDataView
{
    private readonly ImageColumn _image = ImageColumn.Of(input.Schema, transformer.InputColumnName);

    /// <inheritdoc/>
    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(input.Schema);

    /// <inheritdoc/>
    public bool CanShuffle => input.CanShuffle;

    /// <inheritdoc/>
    public long? GetRowCount() => input.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        bool computes = active.AsSpan(input.Schema.Count).Contains(true);
        var needed = input.Schema.Where(column => active[column.Index] || computes && column.Index == input.Schema[_image.Name].Index);
        var cursor = input.GetRowCursor(needed, rand);
        return computes
            ? new ImageCursor(Schema, cursor, active, _image, transformer)
            : new PassingCursor(Schema, cursor, active);
    }

    /// <summary>One cursor: it works on all threads by itself.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
