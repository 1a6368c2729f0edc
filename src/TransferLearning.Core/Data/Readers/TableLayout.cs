namespace TransferLearning;

/// <summary>Words what the columns of a table were taken for.</summary>
/// <param name="table">The full path of the table.</param>
/// <param name="folder">The folder of the images.</param>
/// <param name="columns">The columns.</param>
/// <param name="options">Say which splits are taken from train.</param>
internal sealed class TableLayout(string table, string folder, TableColumns columns, ImageFolderOptions options)
{
    /// <summary>The explanation.</summary>
    public FolderLayout Explain(IReadOnlyList<ListedImage> images)
    {
        string[] classes = [.. images.Select(image => image.Label).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];
        return new FolderLayout
        {
            Root = folder,
            Splits = [],
            Classes = classes,
            LeftOut = [],
            Lines =
            [
                $"Table: '{Path.GetFileName(table)}'; {string.Join(", ", Meanings())}.{Others()}",
                SplitLine([.. images.Select(image => image.Part).Distinct().Order()]),
                FormattableString.Invariant($"Classes: {classes.Length} ({FolderLayout.Some(classes)})."),
            ],
        };
    }

    private IEnumerable<string> Meanings()
    {
        yield return $"{columns.NameOf(columns.Path)} is the path";
        string[] ofClasses = [.. columns.ClassColumns.Select(columns.NameOf)];
        yield return ofClasses.Length == 1 ? $"{ofClasses[0]} is the class" : $"{string.Join(", ", ofClasses)} are the classes";
        if (columns.Group is { } group)
            yield return $"{columns.NameOf(group)} says what belongs together";
    }

    private string Others() => columns.OtherLabels.Count == 0
        ? ""
        : $" {string.Join(", ", columns.OtherLabels.Select(columns.NameOf))} could be the class too; " +
            $"set {nameof(CsvDatasetOptions.LabelColumn)}.";

    private string SplitLine(DatasetPart[] parts)
    {
        string taken = SplitNames.Taken(options, part => parts.Contains(part), columns.Split is null ? "all images" : "train");
        string rest = taken.Length == 0 ? "" : $"; {taken}";
        return columns.Split is { } split
            ? $"Splits: {columns.NameOf(split)} has {string.Join(", ", parts.Select(SplitNames.NameOf))}{rest}."
            : $"Splits: no column of splits{rest}.";
    }
}
