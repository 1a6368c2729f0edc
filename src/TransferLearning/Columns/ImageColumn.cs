using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>What the values of a column of images are.</summary>
internal enum ImageKind
{
    /// <summary>The path of an image file, as text.</summary>
    Path,

    /// <summary>The content of an image file, as a vector of bytes.</summary>
    Bytes,

    /// <summary>A decoded image.</summary>
    Image,
}

/// <summary>A column of images.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Kind">What its values are.</param>
internal readonly record struct ImageColumn(string Name, ImageKind Kind)
{
    /// <summary>Finds a column of images in a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its values are not images; the message says which are.</exception>
    public static ImageColumn Of(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = Find(schema, name);
        var kind = column.Type switch
        {
            TextDataViewType => ImageKind.Path,
            ImageDataViewType => ImageKind.Image,
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } when raw == typeof(byte) => ImageKind.Bytes,
            _ => (ImageKind?)null,
        };
        return new ImageColumn(name, kind ?? throw WrongType(name, $"{column.Type}"));
    }

    /// <summary>Finds a column of images in the shape of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its values are not images; the message says which are.</exception>
    public static ImageColumn Of(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var column = Find(shape, name);
        bool scalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        var kind = (column.ItemType, scalar) switch
        {
            (TextDataViewType, true) => ImageKind.Path,
            (ImageDataViewType, true) => ImageKind.Image,
            (NumberDataViewType { RawType: var raw }, false) when raw == typeof(byte) && !column.IsKey => ImageKind.Bytes,
            _ => (ImageKind?)null,
        };
        return new ImageColumn(name, kind ?? throw WrongType(name, $"{column.ItemType} ({column.Kind})"));
    }

    /// <summary>Finds a column in a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(known => known.Name));

    /// <summary>Finds a column in the shape of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        foreach (var column in shape)
        {
            if (column.Name == name)
                return column;
        }

        throw Missing(name, shape.Select(known => known.Name));
    }

    private static ArgumentException Missing(string name, IEnumerable<string> known) =>
        new($"There is no column '{name}'; the data has the columns {string.Join(", ", known.Select(column => $"'{column}'"))}.");

    private static ArgumentException WrongType(string name, string type) => new(
        $"The column '{name}' is of type {type}; images are paths (text), the content of image files (a vector of bytes), or MLImage.");
}
