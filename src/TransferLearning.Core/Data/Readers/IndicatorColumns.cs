using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>Tables with a column for each class, of which one is marked and the others are not.</summary>
internal static class IndicatorColumns
{
    private const int FewestClasses = 2;

    /// <summary>What people write in a cell to say yes or no.</summary>
    private static readonly FrozenDictionary<string, bool> Marks = new Dictionary<string, bool>
    {
        ["1"] = true, ["1.0"] = true, ["true"] = true, ["t"] = true, ["yes"] = true, ["y"] = true, ["x"] = true, ["✓"] = true,
        ["0"] = false, ["0.0"] = false, ["-1"] = false, ["false"] = false, ["f"] = false, ["no"] = false, ["n"] = false, [""] = false,
        ["-"] = false,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Appends the class to every row but the header, where a table has such columns.</summary>
    /// <param name="table">The path of the table, for messages.</param>
    /// <param name="rows">The rows, the header first.</param>
    /// <param name="usual">The column that has the labels otherwise; it must be one of them.</param>
    /// <param name="others">The columns that mean something else.</param>
    /// <returns>The columns; null if it has none.</returns>
    /// <exception cref="DatasetException">An image is of no class, or of several.</exception>
    public static int[]? ToLabels(string table, List<CsvRow> rows, int usual, int[] others)
    {
        string[] header = rows[0].Cells;
        int[] columns =
        [
            .. Enumerable.Range(0, header.Length).Except(others)
                .Where(column => rows.Count > 1 && rows.Skip(1).All(row => column < row.Cells.Length && Read(row.Cells[column]) is not null)
                    && rows.Skip(1).Any(row => row.Cells[column].Length > 0)),
        ];
        if (columns.Length < FewestClasses || !columns.Contains(usual))
            return null;
        var unclear = new List<string>();
        for (int i = 1; i < rows.Count; i++)
        {
            var (number, cells) = rows[i];
            int[] set = [.. columns.Where(column => Read(cells[column]) == true)];
            if (set.Length != 1)
                unclear.Add(FormattableString.Invariant($"row {number} ({Classes(header, set)})"));
            string[] labelled = [.. Enumerable.Repeat("", header.Length), set.Length == 1 ? header[set[0]] : ""];
            Array.Copy(cells, labelled, Math.Min(cells.Length, header.Length));
            rows[i] = new CsvRow(number, labelled);
        }

        return unclear.Count == 0 ? columns : throw new DatasetException(FormattableString.Invariant(
            $"{unclear.Count} rows of '{table}' have no class or several, first {unclear[0]}, taking the columns ") +
            $"{FolderLayout.Some([.. columns.Select(column => header[column])])} for classes; remove these rows, give their images a " +
            $"class " +
            $"of its own, or set {nameof(CsvDatasetOptions.LabelColumn)}.");
    }

    private static string Classes(string[] header, int[] set) =>
        set.Length == 0 ? "none" : ClassNames.List(set.Select(column => header[column]));

    private static bool? Read(string cell) => Marks.TryGetValue(cell, out bool isSet) ? isSet : null;
}
