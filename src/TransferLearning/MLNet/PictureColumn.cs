using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>What the values of a column of pictures are.</summary>
internal enum PictureKind
{
    /// <summary>The path of a picture file, as text.</summary>
    Path,

    /// <summary>The content of a picture file, as a vector of bytes.</summary>
    Bytes,

    /// <summary>A decoded picture.</summary>
    Image,
}

/// <summary>A column of pictures.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Kind">What its values are.</param>
internal readonly record struct PictureColumn(string Name, PictureKind Kind)
{
    /// <summary>Finds a column of pictures in a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its values are no pictures; the message says which ones are.</exception>
    public static PictureColumn Of(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(known => known.Name));
        var kind = column.Type switch
        {
            TextDataViewType => PictureKind.Path,
            ImageDataViewType => PictureKind.Image,
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } when raw == typeof(byte) => PictureKind.Bytes,
            _ => (PictureKind?)null,
        };
        return new PictureColumn(name, kind ?? throw WrongType(name, $"{column.Type}"));
    }

    /// <summary>Finds a column of pictures in the shape of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its values are no pictures; the message says which ones are.</exception>
    public static PictureColumn Of(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var column = Find(shape, name);
        bool scalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        var kind = (column.ItemType, scalar) switch
        {
            (TextDataViewType, true) => PictureKind.Path,
            (ImageDataViewType, true) => PictureKind.Image,
            (NumberDataViewType { RawType: var raw }, false) when raw == typeof(byte) && !column.IsKey => PictureKind.Bytes,
            _ => (PictureKind?)null,
        };
        return new PictureColumn(name, kind ?? throw WrongType(name, $"{column.ItemType} ({column.Kind})"));
    }

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

    /// <summary>What is said where a column is missing.</summary>
    public static ArgumentException Missing(string name, IEnumerable<string> known) =>
        new($"There is no column '{name}'; the data have the columns {string.Join(", ", known.Select(column => $"'{column}'"))}.");

    private static ArgumentException WrongType(string name, string type) => new(
        $"The column '{name}' is of type {type}; pictures are paths (text), the content of picture files (a vector of bytes), or images (MLImage).");
}
