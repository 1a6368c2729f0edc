using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Reads images and classes from a view, so that the library's own training can use them.</summary>
/// <param name="imageColumnName">The column of images.</param>
/// <param name="labelColumnName">The column of classes.</param>
/// <param name="groupColumnName">The column of what belongs together; null for none.</param>
internal sealed class LabeledRows(string imageColumnName, string labelColumnName, string? groupColumnName)
{
    /// <summary>Makes a dataset of two views; the classes are those of the first.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ImageDecodeException">A row has no image.</exception>
    /// <exception cref="DatasetException">
    /// There are no rows, fewer than two classes, a row without a class, a class of the validation rows that training does not have, or a
    /// group in both.
    /// </exception>
    public ImageDataset Read(IDataView train, IDataView? validation, CancellationToken cancellationToken)
    {
        var trainRows = Rows(train, out var key, cancellationToken);
        if (trainRows.Count == 0)
            throw new DatasetException("There are no rows to train on.");
        var classes = key ?? [.. trainRows.Select(row => row.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes.Count < 2)
            throw new DatasetException($"The column '{labelColumnName}' has only the class '{classes[0]}'; a classifier needs two.");
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
        {
            if (!index.TryAdd(classes[i], i))
                throw new DatasetException($"The column '{labelColumnName}' has two classes of the name '{classes[i]}'; rename one.");
        }

        var validationRows = validation is null ? null : Rows(validation, out _, cancellationToken);
        var groups = trainRows.Select(row => row.Group).ToHashSet(StringComparer.Ordinal);
        if (validationRows?.Find(row => row.Group is not null && groups.Contains(row.Group)) is { Group: { } shared })
        {
            throw new DatasetException(
                $"The group '{shared}' of the column '{groupColumnName}' has rows to train on and rows to validate on; split with " +
                $"samplingKeyColumnName: \"{groupColumnName}\".");
        }

        return new ImageDataset(
            "rows", Labeled("train", trainRows), validationRows is null ? null : Labeled("validation", validationRows));

        LabeledImageSet Labeled(string name, List<Row> rows) => new(name, classes, rows.Select(row => new LabeledImage(
            row.Path,
            index.TryGetValue(row.Label, out int label)
                ? label
                : throw new DatasetException($"The {name} rows have the class '{row.Label}', which the training rows do not have."))
        {
            Content = row.Content,
            Group = row.Group,
        }));
    }

    /// <summary>Throws where the columns cannot be trained on.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public void Check(SchemaShape shape)
    {
        ImageColumn.Of(shape, imageColumnName);
        LabelReader.Check(shape, labelColumnName);
        if (groupColumnName is not null && ImageColumn.Find(shape, groupColumnName).ItemType is not TextDataViewType)
            throw WrongGroups(groupColumnName);
    }

    private static ArgumentException WrongGroups(string name) => new($"The column '{name}' is not text; groups are.");

    private List<Row> Rows(IDataView view, out IReadOnlyList<string>? classes, CancellationToken cancellationToken)
    {
        var image = ImageColumn.Of(view.Schema, imageColumnName);
        var label = ImageColumn.Find(view.Schema, labelColumnName);
        DataViewSchema.Column? group = groupColumnName is null ? null : ImageColumn.Find(view.Schema, groupColumnName);
        using var cursor = view.GetRowCursor([view.Schema[imageColumnName], label, .. group is { } column ? [column]
            : Array.Empty<DataViewSchema.Column>()]);
        var groups = group is not { } text ? null
            : text.Type is TextDataViewType ? cursor.GetGetter<ReadOnlyMemory<char>>(text) : throw WrongGroups(text.Name);
        ReadOnlyMemory<char> shared = default;
        var images = ImageReader.Create(cursor, image);
        var labels = LabelReader.Create(cursor, label);
        classes = labels.Classes;
        var rows = new List<Row>();
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (path, content) = images.Keep();
            string name = labels.Read() ?? throw new DatasetException(
                FormattableString.Invariant($"Row {cursor.Position} has no class in the column '{labelColumnName}'."));
            groups?.Invoke(ref shared);
            rows.Add(new Row(path, content, name, shared.IsEmpty ? null : shared.ToString()));
        }

        return rows;
    }

    private readonly record struct Row(string Path, ImageContent? Content, string Label, string? Group);
}
