using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Reads paths and classes out of a view, so that the library's own training can take them.</summary>
/// <param name="imageColumnName">The column of paths.</param>
/// <param name="labelColumnName">The column of classes.</param>
internal sealed class LabeledRows(string imageColumnName, string labelColumnName)
{
    /// <summary>Makes a dataset of two views, of which the first decides what classes there are.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="DatasetException">
    /// There are no rows, fewer than two classes, a row without path or class, or a class of the validation rows that training does not have.
    /// </exception>
    public ImageDataset Read(IDataView train, IDataView? validation)
    {
        var trainRows = Rows(train);
        if (trainRows.Count == 0)
            throw new DatasetException("There are no rows to train on.");
        var classes = KeyNames(train.Schema[labelColumnName])
            ?? [.. trainRows.Select(row => row.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes.Count < 2)
            throw new DatasetException($"The column '{labelColumnName}' has one class only, '{classes[0]}'; a classifier needs two or more.");
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
        {
            if (!index.TryAdd(classes[i], i))
                throw new DatasetException($"The column '{labelColumnName}' has two classes of the name '{classes[i]}'; rename one.");
        }

        return new ImageDataset("rows", Labeled("train", trainRows), validation is null ? null : Labeled("validation", Rows(validation)));

        LabeledImageSet Labeled(string name, List<(string Path, string Label)> rows) => new(name, classes, rows.Select(row => new LabeledImage(
            row.Path,
            index.TryGetValue(row.Label, out int label)
                ? label
                : throw new DatasetException($"The {name} rows have the class '{row.Label}', which the training rows do not have."))));
    }

    /// <summary>Throws where the columns are not those of training.</summary>
    public void Check(SchemaShape shape)
    {
        if (ImageColumn.Of(shape, imageColumnName).Kind != ImageKind.Path)
            throw NoPaths();
        var label = ImageColumn.Find(shape, labelColumnName);
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !label.IsKey && label.ItemType is not TextDataViewType)
            throw WrongLabel($"{label.ItemType}");
    }

    private List<(string Path, string Label)> Rows(IDataView view)
    {
        if (ImageColumn.Of(view.Schema, imageColumnName).Kind != ImageKind.Path)
            throw NoPaths();
        var image = view.Schema[imageColumnName];
        var label = view.Schema.GetColumnOrNull(labelColumnName)
            ?? throw ImageColumn.Missing(labelColumnName, view.Schema.Select(column => column.Name));
        var rows = new List<(string, string)>();
        using var cursor = view.GetRowCursor([image, label]);
        var getPath = cursor.GetGetter<ReadOnlyMemory<char>>(image);
        var getLabel = LabelOf(cursor, label);
        ReadOnlyMemory<char> path = default;
        while (cursor.MoveNext())
        {
            getPath(ref path);
            if (path.IsEmpty)
                throw new DatasetException(FormattableString.Invariant($"Row {cursor.Position} has no path in the column '{imageColumnName}'."));
            string name = getLabel() ?? throw new DatasetException(
                FormattableString.Invariant($"Row {cursor.Position} has no class in the column '{labelColumnName}'."));
            rows.Add((path.ToString(), name));
        }

        return rows;
    }

    private Func<string?> LabelOf(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getter(ref text);
                return text.IsEmpty ? null : text.ToString();
            };
        }

        var names = KeyNames(column) ?? throw WrongLabel($"{column.Type}");
        var key = KeyOf(row, column);
        return () => key() is > 0 and var value ? names[(int)value - 1] : null;
    }

    /// <summary>The names of a key's values; null where the column is no key.</summary>
    private static List<string>? KeyNames(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
            return null;
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.GetKeyValues(ref names);
            return [.. names.DenseValues().Select(name => name.ToString())];
        }

        return [.. Enumerable.Range(0, checked((int)key.Count)).Select(value => string.Create(CultureInfo.InvariantCulture, $"class {value}"))];
    }

    private static Func<ulong> KeyOf(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(byte) => Key<byte>(row, column),
        var type when type == typeof(ushort) => Key<ushort>(row, column),
        var type when type == typeof(ulong) => Key<ulong>(row, column),
        _ => Key<uint>(row, column),
    };

    private static Func<ulong> Key<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, IConvertible
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return value.ToUInt64(CultureInfo.InvariantCulture);
        };
    }

    private ArgumentException NoPaths() => new(
        $"The column '{imageColumnName}' has images in memory; training reads them from their files, so give a column of paths. " +
        "To work on images in memory, train with FeaturizeImages and a trainer of ML.NET.");

    private ArgumentException WrongLabel(string type) => new(
        $"The column '{labelColumnName}' is of type {type}; classes are text, or keys as MapValueToKey makes them.");
}
