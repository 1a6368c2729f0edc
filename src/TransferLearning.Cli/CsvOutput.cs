using System.Globalization;
using System.Text;

namespace TransferLearning.Cli;

/// <summary>Tables for a spreadsheet (RFC 4180).</summary>
internal static class CsvOutput
{
    /// <summary>Writes a row to stdout.</summary>
    public static void WriteRow(params IEnumerable<string?> cells) =>
        Console.Out.Write(string.Join(',', cells.Select(cell => Quoted(cell ?? ""))) + "\r\n");

    /// <summary>A number with a decimal point, whatever the culture.</summary>
    public static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Quoted(string cell)
    {
        // A spreadsheet would run a text that starts like a formula.
        if (cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal)
            && !double.TryParse(cell, CultureInfo.InvariantCulture, out _))
            cell = "'" + cell;
        return cell.AsSpan().ContainsAny(",\"\r\n") ? new StringBuilder(cell).Replace("\"", "\"\"").Insert(0, '"').Append('"')
            .ToString() : cell;
    }
}
