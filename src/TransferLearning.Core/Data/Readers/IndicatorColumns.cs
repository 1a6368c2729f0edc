using System.Globalization;

namespace TransferLearning;

/// <summary>Tables with a column for each class, of which one is 1 and the others are 0.</summary>
internal static class IndicatorColumns
{
    private const int FewestClasses = 2;

    /// <summary>Appends the class to every row but the header, where a table has such columns.</summary>
    /// <param name="table">The path of the table, for messages.</param>
    /// <param name="rows">The rows, the header first.</param>
    /// <param name="usual">The column that has the labels otherwise; it must be one of them.</param>
    /// <param name="others">The columns that mean something else.</param>
    /// <returns>Whether it has them.</returns>
    /// <exception cref="DatasetException">An image is of no class, or of several.</exception>
    public static bool ToLabels(string table, List<CsvRow> rows, int usual, int[] others)
    {
        string[] header = rows[0].Cells;
        int[] columns =
        [
            .. Enumerable.Range(0, header.Length).Except(others)
                .Where(column =>
                    rows.Count > 1 && rows.Skip(1).All(row => column < row.Cells.Length && Read(row.Cells[column]) is not null)),
        ];
        if (columns.Length < FewestClasses || !columns.Contains(usual))
            return false;
        var unclear = new List<string>();
        for (int i = 1; i < rows.Count; i++)
        {
            var (number, cells) = rows[i];
            int[] set = [.. columns.Where(column => Read(cells[column]) == 1)];
            if (set.Length != 1)
                unclear.Add(FormattableString.Invariant($"row {number} ({Classes(header, set)})"));
            string[] labelled = [.. Enumerable.Repeat("", header.Length), set.Length == 1 ? header[set[0]] : ""];
            Array.Copy(cells, labelled, Math.Min(cells.Length, header.Length));
            rows[i] = new CsvRow(number, labelled);
        }

        return unclear.Count == 0 ? true : throw new DatasetException(FormattableString.Invariant(
            $"{unclear.Count} rows of '{table}' have no class or several, first {unclear[0]}, taking the columns ") +
            $"{FolderLayout.Some([.. columns.Select(column => header[column])])} for classes; remove these rows, give their images a " +
            $"class " +
            $"of its own, or set {nameof(CsvDatasetOptions.LabelColumn)}.");
    }

    private static string Classes(string[] header, int[] set) =>
        set.Length == 0 ? "none" : ClassNames.List(set.Select(column => header[column]));

    private static int? Read(string cell) =>
        double.TryParse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value is 0 or 1
            ? (int)value
            : null;
}
