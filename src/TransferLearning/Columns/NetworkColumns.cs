using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>What a transformer computes: columns that a network makes of a column of images.</summary>
/// <param name="Input">The column of images.</param>
/// <param name="Network">The network.</param>
/// <param name="Outputs">The columns that are added, the first one with all numbers of the network.</param>
internal sealed record NetworkColumns(ImageColumn Input, PipelineNetwork Network, IReadOnlyList<NetworkColumn> Outputs)
{
    /// <summary>The column of images in a schema, which may be of another kind than where the network was fitted.</summary>
    /// <exception cref="ArgumentException">The schema has no such column of images.</exception>
    public ImageColumn Find(DataViewSchema schema) => ImageColumn.Of(schema, Input.Name);

    /// <summary>A schema with the new columns at its end.</summary>
    /// <exception cref="ArgumentException">The schema has no such column of images.</exception>
    public DataViewSchema AddTo(DataViewSchema schema)
    {
        Find(schema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        foreach (var column in Outputs)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>Which columns of a schema are needed.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
    {
        bool[] active = new bool[schema.Count];
        foreach (var column in needed)
            active[column.Index] = true;
        return active;
    }
}
