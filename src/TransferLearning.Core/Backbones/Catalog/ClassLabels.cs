using System.Globalization;

namespace TransferLearning;

/// <summary>Class names for networks that have none: those of ImageNet-1k, or from a text file.</summary>
/// <remarks>Safe for use from many threads.</remarks>
public static class ClassLabels
{
    private const string Resource = "imagenet-1k.txt";
    private const string NameColumn = "name";
    private const string NamesColumn = "names";
    private const string LabelColumn = "label";
    private const string IndexColumn = "index";

    private static readonly Lazy<IReadOnlyList<string>> Thousand = new(ReadResource);

    /// <summary>
    /// The 1000 classes of ImageNet-1k (ILSVRC 2012) in the order of WordNet identifiers, which is the output order of nearly every network
    /// trained on it. A name is WordNet's list of synonyms; the name "crane" occurs twice.
    /// </summary>
    public static IReadOnlyList<string> ImageNet1k => Thousand.Value;

    /// <summary>Reads class names in the order of the network's outputs.</summary>
    /// <param name="path">
    /// A text file with one name per line, or a table with tab-separated columns and a header: the names come from the column <c>name</c>,
    /// <c>names</c> or <c>label</c>, and the order from the column <c>index</c> (from 0, each once) if there is one. UTF-8; empty lines at
    /// the end are ignored.
    /// </param>
    /// <returns>One name for each class.</returns>
    /// <exception cref="FormatException">The file or a line is empty, or the table is malformed; the message names the line.</exception>
    public static IReadOnlyList<string> FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] lines = File.ReadAllLines(path);
        int count = lines.Length;
        while (count > 0 && string.IsNullOrWhiteSpace(lines[count - 1]))
            count--;
        if (count == 0)
            throw new FormatException($"'{path}' has no class names; write one name per line.");
        return lines[0].Contains('\t', StringComparison.Ordinal) ? ReadTable(path, lines[..count]) : ReadLines(path, lines[..count]);
    }

    private static string[] ReadResource()
    {
        using var resource = EmbeddedResource.Open(Resource);
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string[] ReadLines(string path, string[] lines)
    {
        var labels = new string[lines.Length];
        for (int line = 0; line < lines.Length; line++)
            labels[line] = RequireName(path, line, lines[line]);
        return labels;
    }

    private static string[] ReadTable(string path, string[] lines)
    {
        string[] header = lines[0].Split('\t', StringSplitOptions.TrimEntries);
        int nameColumn = Array.FindIndex(header, column => Is(column, NameColumn) || Is(column, NamesColumn) || Is(column, LabelColumn));
        int indexColumn = Array.FindIndex(header, column => Is(column, IndexColumn));
        if (nameColumn < 0)
            throw new FormatException($"'{path}' has the columns {string.Join(", ", header)}; one of them must be '{NameColumn}'.");

        var labels = new string?[lines.Length - 1];
        for (int line = 1; line < lines.Length; line++)
        {
            string[] cells = lines[line].Split('\t');
            if (cells.Length != header.Length)
                throw Malformed(path, line, FormattableString.Invariant($"has {cells.Length} columns, not {header.Length}"));
            int index = indexColumn < 0 ? line - 1 : ParseIndex(path, line, cells[indexColumn], labels);
            labels[index] = RequireName(path, line, cells[nameColumn]);
        }

        return labels.Length > 0 ? [.. labels.OfType<string>()] : throw new FormatException($"'{path}' has a header but no class names.");
    }

    private static int ParseIndex(string path, int line, string text, string?[] labels)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= labels.Length)
            throw Malformed(path, line, FormattableString.Invariant($"has the index '{text}'; it must be 0 to {labels.Length - 1}"));
        return labels[index] is null
            ? index
            : throw Malformed(path, line, FormattableString.Invariant($"has the index {index} a second time"));
    }

    private static string RequireName(string path, int line, string text) =>
        string.IsNullOrWhiteSpace(text) ? throw Malformed(path, line, "has no class name") : text.Trim();

    private static FormatException Malformed(string path, int line, string what) =>
        new(FormattableString.Invariant($"Line {line + 1} of '{path}' {what}."));

    private static bool Is(string column, string name) => string.Equals(column, name, StringComparison.OrdinalIgnoreCase);
}
