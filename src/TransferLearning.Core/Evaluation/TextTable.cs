using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>Aligned columns of plain text: the first column is left-aligned, the others are right-aligned.</summary>
internal sealed class TextTable
{
    private const int LongestName = 32;
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; an empty one is a blank line.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>A name without line breaks and control characters, shortened to fit a table.</summary>
    public static string Name(string name)
    {
        string line = string.Concat(name.Select(character => char.IsControl(character) ? ' ' : character));
        var text = new StringInfo(line);
        return text.LengthInTextElements <= LongestName ? line : text.SubstringByTextElements(0, LongestName - 1) + "…";
    }

    /// <summary>The table, lines ended by '\n'.</summary>
    public override string ToString()
    {
        int columns = _rows.Max(row => row.Length);
        var widths = new int[columns];
        foreach (string[] row in _rows)
        {
            for (int k = 0; k < row.Length; k++)
                widths[k] = Math.Max(widths[k], Width(row[k]));
        }

        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder();
            for (int k = 0; k < row.Length; k++)
            {
                string padding = new(' ', widths[k] - Width(row[k]));
                line.Append(k == 0 ? string.Empty : Gap).Append(k == 0 ? row[k] + padding : padding + row[k]);
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
