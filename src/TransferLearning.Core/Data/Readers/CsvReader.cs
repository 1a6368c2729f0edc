using System.Globalization;

namespace TransferLearning;

/// <summary>Reads a table of paths and labels, with or without a header.</summary>
/// <param name="table">The full path of the table.</param>
/// <param name="options">The columns, and the folder of the images.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class CsvReader(string table, CsvDatasetOptions options, CancellationToken cancellationToken)
{
    private static readonly string[] PathNames =
        ["path", "file", "filename", "file_name", "filepath", "image", "image_path", "image_id", "image_name", "img", "id"];

    private static readonly string[] LabelNames = ["label", "labels", "class", "class_name", "category", "target", "breed", "species", "y"];

    private readonly TableFiles _files =
        new(Path.GetFullPath(options.ImageFolder ?? Path.GetDirectoryName(table)!), options.Extension, cancellationToken);

    /// <summary>Reads the table; files are checked by the caller.</summary>
    /// <exception cref="DatasetException">The table is missing, empty or malformed, or lacks a column.</exception>
    public IReadOnlyList<ListedImage> Read()
    {
        List<CsvRow> rows = [.. CsvRows.Read(table, options.Delimiter, cancellationToken)];
        if (rows.Count == 0)
            throw new DatasetException($"The table '{table}' is empty; give one row for each image, with a path and a label.");
        string[] header = rows[0].Cells;
        bool hasHeader = options.HasHeader ?? IsHeader(rows);
        int path = Column(header, hasHeader, options.PathColumn, PathNames, nameof(CsvDatasetOptions.PathColumn), -1);
        int? split = options.SplitColumn is { } wanted
            ? Column(header, hasHeader, wanted, [], nameof(CsvDatasetOptions.SplitColumn), -1)
            : null;
        int? group = options.GroupColumn is { } grouping
            ? Column(header, hasHeader, grouping, [], nameof(CsvDatasetOptions.GroupColumn), -1)
            : null;
        bool isNamed = options.LabelColumn is not null || header.Any(cell => LabelNames.Contains(cell, StringComparer.OrdinalIgnoreCase));
        int label = Column(header, hasHeader, options.LabelColumn, LabelNames, nameof(CsvDatasetOptions.LabelColumn), path);
        if (hasHeader && !isNamed && IndicatorColumns.ToLabels(table, rows, label, [path, split ?? path, group ?? path]))
            label = header.Length;
        var images = new List<ListedImage>(rows.Count);
        foreach (var (number, cells) in rows.Skip(hasHeader ? 1 : 0))
        {
            if (cells.Length <= Math.Max(path, label) || cells[path].Length == 0 || cells[label].Length == 0)
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"Row {number} of '{table}' has no path in column {path} or no label in column {label}; complete or remove it."));
            }

            var part = split is { } column ? PartOf(number, cells, column) : DatasetPart.Train;
            string? belongsTo = group is { } index && index < cells.Length && cells[index].Length > 0 ? cells[index] : null;
            images.Add(new ListedImage(_files.Find(cells[path]), cells[label], part, belongsTo));
        }

        return images;
    }

    private DatasetPart PartOf(int number, string[] cells, int column)
    {
        string value = column < cells.Length ? cells[column] : string.Empty;
        return SplitNames.PartOf(value) ?? throw new DatasetException(FormattableString.Invariant(
            $"Row {number} of '{table}' has '{value}' in the split column; train, valid or test is expected."));
    }

    private bool IsHeader(List<CsvRow> rows)
    {
        string[] first = rows[0].Cells;
        IEnumerable<string?> known = 
            [.. PathNames, .. LabelNames, options.PathColumn, options.LabelColumn, options.SplitColumn, options.GroupColumn];
        if (first.Any(cell => known.Contains(cell, StringComparer.OrdinalIgnoreCase)))
            return true;
        return rows.Count > 1 && !File.Exists(_files.Find(first[0])) && File.Exists(_files.Find(rows[1].Cells[0]));
    }

    /// <summary>The index of a column: the requested one, else one with a known name, else the first that is not taken.</summary>
    private int Column(string[] header, bool hasHeader, string? wanted, string[] known, string option, int taken)
    {
        if (wanted is not null)
        {
            int named = hasHeader ? Array.FindIndex(header, cell => string.Equals(cell, wanted, StringComparison.OrdinalIgnoreCase)) : -1;
            if (named >= 0)
                return named;
            if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < header.Length)
                return number;
            string columns = hasHeader ? ClassNames.List(header) : FormattableString.Invariant($"0 to {header.Length - 1}");
            throw new DatasetException($"'{table}' has no column '{wanted}'; its columns are {columns}. Set {option} to one of them.");
        }

        int found = hasHeader ? Array.FindIndex(header, cell => known.Contains(cell, StringComparer.OrdinalIgnoreCase)) : -1;
        return found >= 0 && found != taken ? found : taken == 0 ? 1 : 0;
    }
}
