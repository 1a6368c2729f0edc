using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning;

/// <summary>A row of a table.</summary>
/// <param name="Number">Its line number, from 1.</param>
/// <param name="Cells">Its values, trimmed.</param>
internal readonly record struct CsvRow(int Number, string[] Cells);

/// <summary>Reads a table row by row.</summary>
internal static class CsvRows
{
    private const int WindowsWestern = 1252;

    private static readonly string[] Delimiters = [",", ";", "\t", "|"];

    /// <summary>The rows that are not blank, including the header.</summary>
    /// <param name="table">The full path of the table.</param>
    /// <param name="delimiter">The column separator; null: detected.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DatasetException">The table is missing, or a quotation mark is out of place.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public static IEnumerable<CsvRow> Read(string table, string? delimiter, CancellationToken cancellationToken)
    {
        if (!File.Exists(table))
            throw new DatasetException($"There is no table '{table}'; give the path of a CSV or TSV file.");
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = delimiter is null,
            DetectDelimiterValues = Delimiters,
            Delimiter = delimiter ?? ",",
            TrimOptions = TrimOptions.Trim,
            IgnoreBlankLines = true,
        };
        byte[] start = TableFormats.StartOf(table);
        if (TableFormats.NoTable(start) is { } fault)
            throw new DatasetException($"'{table}' {fault}.");
        using var reader = new StreamReader(table, EncodingOf(table), detectEncodingFromByteOrderMarks: true);
        if (delimiter is null && TableFormats.IsDividedBySpaces(start))
        {
            foreach (var row in RowsOfWords(reader, cancellationToken))
                yield return row;
            yield break;
        }

        // A spreadsheet may name the separator in a line of its own above the table.
        string? separator = TableFormats.SeparatorLine(start);
        if (separator is not null && delimiter is null)
            configuration = configuration with { Delimiter = separator, DetectDelimiter = false };
        using var parser = new CsvParser(reader, configuration);
        if (separator is not null)
            Next(parser, table);
        bool isTitle = true;
        while (Next(parser, table) is { } row)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Lines with a title or a remark above the table have one cell only.
            isTitle &= row.Cells is [_, .. var rest] && rest.All(cell => cell.Length == 0) && row.Cells[0].StartsWith('#');
            if (!isTitle)
                yield return row;
        }
    }

    /// <summary>Rows of a path, which may contain spaces, and a class without them.</summary>
    private static IEnumerable<CsvRow> RowsOfWords(StreamReader reader, CancellationToken cancellationToken)
    {
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            line = line.Trim();
            int space = line.LastIndexOf(' ');
            if (line.Length > 0)
                yield return new CsvRow(number, space < 0 ? [line] : [line[..space].TrimEnd(), line[(space + 1)..]]);
        }
    }

    /// <summary>
    /// UTF-8, or the code page in which spreadsheets on Windows save tables in the West, where the text is no UTF-8. A byte order mark of
    /// UTF-16 overrides both.
    /// </summary>
    private static Encoding EncodingOf(string table)
    {
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        byte[] bytes = new byte[1 << 16];
        char[] signs = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        using var stream = File.OpenRead(table);
        try
        {
            for (int read = stream.Read(bytes); read > 0; read = stream.Read(bytes))
                decoder.GetChars(bytes, 0, read, signs, 0);
            return Encoding.UTF8;
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(WindowsWestern)!;
        }
    }

    private static CsvRow? Next(CsvParser parser, string table)
    {
        try
        {
            return parser.Read() ? new CsvRow(parser.RawRow, parser.Record!) : null;
        }
        catch (CsvHelperException)
        {
            string row = FormattableString.Invariant($"Row {parser.RawRow} of '{table}'");
            throw new DatasetException(
                $"{row} cannot be read: a quotation mark is out of place; put quotation marks around the whole value and double those " +
                    "inside it.");
        }
    }
}
