namespace TransferLearning;

/// <summary>Reads a table of paths and labels, with or without a header.</summary>
/// <param name="table">The full path of the table.</param>
/// <param name="options">The columns, and the folder of the images.</param>
/// <param name="reading">Receives what looks wrong, and stops the reading.</param>
internal sealed class CsvReader(string table, CsvDatasetOptions options, DatasetReading reading)
{
    private const int MostRows = 5;

    /// <summary>Signs between the classes of an image that has several.</summary>
    private static readonly char[] LabelSeparators = ['|', ';', ',', '+', '&', '/', ' '];

    private readonly string _folder = Path.GetFullPath(options.ImageFolder ?? Path.GetDirectoryName(table)!);

    /// <summary>Reads the table; files are checked by the caller.</summary>
    /// <returns>The images, and what the columns were taken for.</returns>
    /// <exception cref="DatasetException">The table is missing, empty or malformed, or lacks a column.</exception>
    public (IReadOnlyList<ListedImage> Images, FolderLayout Layout) Read()
    {
        List<CsvRow> rows = [.. CsvRows.Read(table, options.Delimiter, reading.CancellationToken)];
        if (rows.Count == 0)
            throw new DatasetException($"The table '{table}' is empty; give one row for each image, with a path and a label.");
        var files = new TableFiles(_folder, options.Extension, reading.CancellationToken);
        var columns = new TableColumns(table, rows, files, options);
        columns.Find();
        var data = columns.HasHeader ? rows.Skip(1) : rows;
        ThrowIfIncomplete(data, columns);
        var images = data.Select(row => new ListedImage(
            files.Find(row.Cells[columns.Path]),
            row.Cells[columns.Label],
            columns.Split is { } split ? PartOf(row, split) : DatasetPart.Train,
            columns.Group is { } group && group < row.Cells.Length && row.Cells[group].Length > 0 ? row.Cells[group] : null)).ToList();
        var once = Once(images);
        ReportSeveralLabels(once, columns);
        return (once, new TableLayout(table, _folder, columns, options.Splits).Explain(once));
    }

    private void ThrowIfIncomplete(IEnumerable<CsvRow> data, TableColumns columns)
    {
        var incomplete = data.Where(row => row.Cells.Length <= Math.Max(columns.Path, columns.Label)
            || row.Cells[columns.Path].Length == 0 || row.Cells[columns.Label].Length == 0).Select(row => row.Number).ToList();
        if (incomplete.Count == 0)
            return;
        string which = string.Join(", ", incomplete.Take(MostRows).Select(number => FormattableString.Invariant($"{number}")));
        string rows = incomplete.Count == 1
            ? $"Row {which} of '{table}' has"
            : FormattableString.Invariant(
                $"{incomplete.Count} rows of '{table}' (Row {which}{(incomplete.Count > MostRows ? " …" : "")}) have");
        throw new DatasetException(
            $"{rows} no path in {columns.NameOf(columns.Path)} or no label in {columns.NameOf(columns.Label)}; complete or remove " +
            $"{(incomplete.Count == 1 ? "it" : "them")}.");
    }

    private DatasetPart PartOf(CsvRow row, int column)
    {
        string value = column < row.Cells.Length ? row.Cells[column] : string.Empty;
        return SplitNames.PartOf(value) ?? throw new DatasetException(FormattableString.Invariant(
            $"Row {row.Number} of '{table}' has '{value}' in the split column; train, valid or test is expected."));
    }

    /// <summary>A table of objects names an image for each of them; with one class it is one image.</summary>
    private List<ListedImage> Once(List<ListedImage> images)
    {
        var once = images.DistinctBy(image => (image.Path, image.Label, image.Part)).ToList();
        if (once.Count < images.Count)
        {
            reading.Report(DatasetProblemKind.RepeatedImage, table, FormattableString.Invariant(
                $"{images.Count - once.Count} rows of '{table}' name an image and its class again; each image is used once."));
        }

        return once;
    }

    /// <summary>
    /// Labels such as <c>cat|dog</c> beside <c>cat</c> and <c>dog</c>: as classes of their own they compete with their parts.
    /// </summary>
    private void ReportSeveralLabels(List<ListedImage> images, TableColumns columns)
    {
        var counts = images.CountBy(image => image.Label, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        string[] combined =
            [.. counts.Keys.Where(label => LabelSeparators.Any(sign => IsCombined(label, sign))).Order(NaturalOrder.Comparer)];
        if (combined.Length > 0)
        {
            reading.Report(DatasetProblemKind.SeveralLabels, table, FormattableString.Invariant(
                $"{combined.Sum(label => counts[label])} images of '{table}' have several labels in {columns.NameOf(columns.Label)}: ") +
                $"{FolderLayout.Some(combined)} are classes beside their parts, and compete with them; keep one label for each image, or " +
                "remove these rows.");
        }

        bool IsCombined(string label, char sign) =>
            label.Split(sign, StringSplitOptions.TrimEntries) is { Length: > 1 } parts && parts.All(counts.ContainsKey);
    }
}
