using System.Text;

namespace TransferLearning;

/// <summary>Recognises by their first bytes the files that people give for a table and that are none.</summary>
internal static class TableFormats
{
    private const int StartLength = 4096;
    private const int FewestLines = 2;

    private static readonly (byte[] Start, string Fault)[] Others =
    [
        ([.. "PK\x03\x04"u8], "is a spreadsheet or an archive; save the sheet as CSV"),
        ([0xD0, 0xCF, 0x11, 0xE0], "is a spreadsheet; save the sheet as CSV"),
        ([.. "PAR1"u8], "is a Parquet file; write it as CSV, and its images as files"),
        ([.. "ARROW1"u8], "is an Arrow file; write it as CSV, and its images as files"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "is an HDF5 file; write its images as files, one folder for each class"),
        ([.. "SQLite format 3"u8], "is a database; export the table as CSV"),
        ([0x1F, 0x8B], "is compressed; unpack it"),
    ];

    /// <summary>The first bytes of a file, by which the other methods decide.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] StartOf(string file)
    {
        byte[] start = new byte[StartLength];
        using var stream = File.OpenRead(file);
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    /// <summary>What a file is instead of a table and what to do, as a predicate; null for a text.</summary>
    public static string? NoTable(byte[] start)
    {
        foreach (var (signature, fault) in Others)
        {
            if (start.AsSpan().StartsWith(signature))
                return fault;
        }

        bool isUtf16 = start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        if (!isUtf16 && start.Contains((byte)0))
            return "is no text; give a CSV or TSV file";
        return Text(start).TrimStart().FirstOrDefault() switch
        {
            '{' or '[' => "is JSON; write it as a table with the path and the class of each image in a row",
            '<' => "is HTML or XML; write it as a table with the path and the class of each image in a row",
            _ => null,
        };
    }

    /// <summary>Whether every line is the name of an image, a space and a word, without a usual separator.</summary>
    public static bool IsDividedBySpaces(byte[] start)
    {
        string[] lines = Text(start).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        // The last line may be cut off.
        if (start.Length == StartLength)
            lines = lines[..^1];
        return lines.Length >= FewestLines && lines.All(line => line.IndexOfAny([',', ';', '\t', '|']) < 0
            && line.LastIndexOf(' ') is > 0 and var space && ImageFormats.HasImageExtension(line[..space].TrimEnd()));
    }

    /// <summary>The separator in a first line such as <c>sep=;</c>; null without one.</summary>
    public static string? SeparatorLine(byte[] start) =>
        Text(start).Split('\n')[0].TrimEnd('\r') is ['s' or 'S', 'e' or 'E', 'p' or 'P', '=', var sign] ? sign.ToString() : null;

    private static string Text(byte[] start) =>
        (start is [0xFF, 0xFE, ..] ? Encoding.Unicode : start is [0xFE, 0xFF, ..] ? Encoding.BigEndianUnicode : Encoding.UTF8)
        .GetString(start).TrimStart('\uFEFF');
}
