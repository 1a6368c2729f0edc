using System.Globalization;

namespace TransferLearning;

/// <summary>
/// Decides what the columns of a table mean: by the options, by the names in its header, and by its content: paths are those of files, and
/// a class recurs. The same sample of rows decides all of it.
/// </summary>
/// <param name="table">The path of the table, for messages.</param>
/// <param name="rows">All rows, the header among them; at least one. Labels are appended where each class has a column.</param>
/// <param name="files">Finds the files of paths.</param>
/// <param name="options">The columns that the caller names.</param>
internal sealed class TableColumns(string table, List<CsvRow> rows, TableFiles files, CsvDatasetOptions options)
{
    /// <summary>As many rows are looked at, evenly spaced: a sorted table begins with one class.</summary>
    private const int SampledRows = 48;

    private readonly List<string[]> _sample = Sample(rows);

    private string[] First => rows[0].Cells;

    /// <summary>Whether the first row names the columns.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The column of the paths.</summary>
    public int Path { get; private set; }

    /// <summary>The column of the classes; that after the last one where every class has a column of its own.</summary>
    public int Label { get; private set; }

    /// <summary>The column of the splits; null for none.</summary>
    public int? Split { get; private set; }

    /// <summary>The column of the groups; null for none.</summary>
    public int? Group { get; private set; }

    /// <summary>The header of the classes, or the columns of the classes where each has its own.</summary>
    public IReadOnlyList<int> ClassColumns { get; private set; } = [];

    /// <summary>Other columns that are named like classes.</summary>
    public IReadOnlyList<int> OtherLabels { get; private set; } = [];

    /// <summary>Decides, and appends the label to every row where each class has a column of its own.</summary>
    /// <exception cref="DatasetException">A column that was asked for is missing, or there is only one column.</exception>
    public void Find()
    {
        int found = FindPath();
        HasHeader = options.HasHeader ?? IsHeader(found);
        Path = options.PathColumn is { } path ? Named(path, nameof(CsvDatasetOptions.PathColumn)) : found;
        Group = options.GroupColumn is { } group ? Named(group, nameof(CsvDatasetOptions.GroupColumn)) : null;
        Split = options.SplitColumn is { } split ? Named(split, nameof(CsvDatasetOptions.SplitColumn)) : FindSplit();
        if (First.Length < 2)
        {
            throw new DatasetException(
                $"'{table}' has only one column; give one with the path and one with the class of each image, separated by commas, " +
                "semicolons, tabs or bars.");
        }

        if (options.LabelColumn is { } label)
        {
            Label = Named(label, nameof(CsvDatasetOptions.LabelColumn));
            ClassColumns = [Label];
            return;
        }

        int[] named = HasHeader ? [.. Rest().Where(column => ColumnNames.IsLabel(First[column]))] : [];
        int[] ordered = [.. named.OrderBy(AreNumbers)];
        Label = ordered.Length > 0 ? ordered[0] : FindLabel();
        ClassColumns = [Label];
        OtherLabels = [.. ordered.Skip(1).Where(column => !SaysTheSame(column, Label))];
        if (HasHeader && named.Length == 0 && IndicatorColumns.ToLabels(table, rows, Label, [.. Taken()]) is { } columns)
        {
            ClassColumns = columns;
            Label = First.Length;
        }
    }

    /// <summary>A column in the words of a message.</summary>
    public string NameOf(int column) => HasHeader && column < First.Length && First[column].Length > 0
        ? $"'{First[column]}'"
        : FormattableString.Invariant($"column {column}");

    private static List<string[]> Sample(List<CsvRow> rows)
    {
        int data = rows.Count - 1;
        int taken = Math.Min(data, SampledRows);
        return [.. Enumerable.Range(0, taken).Select(i => rows[1 + (int)((long)i * data / taken)].Cells)];
    }

    private IEnumerable<int> Taken() => ((int?[])[Path, Split, Group]).OfType<int>();

    private IEnumerable<int> Rest() => Enumerable.Range(0, First.Length).Except(Taken());

    private IEnumerable<string> Values(int column) => _sample.Where(cells => column < cells.Length).Select(cells => cells[column]);

    /// <summary>
    /// The column whose cells are the paths of most files; a number that happens to be a file name yields to a path with an extension.
    /// </summary>
    private int FindPath() => Enumerable.Range(0, First.Length)
        .Select(column => (Column: column, Found: FoundFiles(column)))
        .OrderByDescending(entry => entry.Found > 0 && ArePaths(entry.Column))
        .ThenByDescending(entry => entry.Found)
        .ThenByDescending(entry => ColumnNames.IsPath(First[entry.Column]))
        .ThenBy(entry => entry.Column)
        .First().Column;

    private int FoundFiles(int column) =>
        Values(column).Where(value => value.Length > 0).Select(files.Find).Distinct(StringComparer.Ordinal)
        .Count(File.Exists);

    private bool ArePaths(int column) => 2 * Values(column).Count(ImageFormats.LooksLikeImage) >= _sample.Count;

    private bool IsHeader(int path)
    {
        string[] wanted =
            [.. ((string?[])[options.PathColumn, options.LabelColumn, options.SplitColumn, options.GroupColumn]).OfType<string>()];
        if (ColumnNames.IsPath(First[path]) || First.Any(cell => wanted.Contains(cell, StringComparer.OrdinalIgnoreCase)))
            return true;
        return !File.Exists(files.Find(First[path]))
            && (First.Any(cell => ColumnNames.IsPath(cell) || ColumnNames.IsLabel(cell)) || FoundFiles(path) > 0);
    }

    /// <summary>A column that has nothing but the names of splits, train and another one.</summary>
    private int? FindSplit()
    {
        foreach (int column in Enumerable.Range(0, First.Length).Where(column => column != Path && column != Group))
        {
            if (Values(column).All(IsSplit) && rows.Skip(1).All(row => column < row.Cells.Length && IsSplit(row.Cells[column]))
                && (HasHeader || IsSplit(First[column])))
            {
                var parts = rows.Skip(1).Select(row => SplitNames.PartOf(row.Cells[column])).Distinct().ToList();
                if (parts.Count > 1 && parts.Contains(DatasetPart.Train))
                    return column;
            }
        }

        return null;

        static bool IsSplit(string value) => SplitNames.PartOf(value) is not null;
    }

    /// <summary>The first column whose values recur, text before numbers; without one, the first that is not taken.</summary>
    private int FindLabel()
    {
        int[] rest = [.. Rest()];
        return rest.Where(Recurs).OrderBy(AreNumbers).Select(column => (int?)column).FirstOrDefault()
            ?? rest.Select(column => (int?)column).FirstOrDefault() ?? (Path == 0 ? 1 : 0);
    }

    private bool Recurs(int column)
    {
        int different = Values(column).Distinct(StringComparer.Ordinal).Count();
        return different > 1 && 2 * different <= _sample.Count;
    }

    private bool AreNumbers(int column) =>
        Values(column).All(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    /// <summary>Whether two columns divide the images in the same way, as a number and a name of the class.</summary>
    private bool SaysTheSame(int column, int other)
    {
        var pairs = _sample.Where(cells => Math.Max(column, other) < cells.Length).Select(cells => (cells[column], cells[other])).Distinct()
            .ToList();
        return pairs.DistinctBy(pair => pair.Item1).Count() == pairs.Count && pairs.DistinctBy(pair => pair.Item2).Count() == pairs.Count;
    }

    private int Named(string wanted, string option)
    {
        int named = HasHeader ? Array.FindIndex(First, cell => string.Equals(cell, wanted, StringComparison.OrdinalIgnoreCase)) : -1;
        if (named >= 0)
            return named;
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < First.Length)
            return number;
        string columns = HasHeader ? ClassNames.List(First) : FormattableString.Invariant($"0 to {First.Length - 1}");
        throw new DatasetException($"'{table}' has no column '{wanted}'; its columns are {columns}. Set {option} to one of them.");
    }
}
