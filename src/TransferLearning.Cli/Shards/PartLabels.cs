using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning.Cli.Shards;

/// <summary>The classes of the images of parts: from the folders in their paths, or from a table.</summary>
/// <remarks>A table is kept as 16 bytes for each path, and each class once.</remarks>
internal sealed class PartLabels
{
    /// <summary>The word for classes that are the folders of the images.</summary>
    public const string FromPath = "from-path";

    /// <summary>Letters of another encoding would become signs that no path has.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, int>? _table;
    private readonly string _source;

    private PartLabels(string source, Dictionary<UInt128, int>? table)
    {
        _source = source;
        _table = table;
    }

    /// <summary>The table, or <see cref="FromPath"/>.</summary>
    public string Source => _source;

    /// <summary>The classes in the order in which they were found.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads the labels.</summary>
    /// <param name="source"><see cref="FromPath"/>, or a CSV file with the columns <c>path</c> and <c>label</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DatasetException">
    /// The table is missing, empty or damaged, lacks a column or a value, or has two classes for a path.
    /// </exception>
    public static PartLabels Read(string source, CancellationToken cancellationToken)
    {
        if (source == FromPath)
            return new PartLabels(source, null);
        if (!File.Exists(source))
            throw new DatasetException($"There is no table '{source}'; give a CSV file, or '{FromPath}' for the folders in the paths.");
        var labels = new PartLabels(source, []);
        try
        {
            labels.AddRows(cancellationToken);
        }
        catch (CsvHelperException error)
        {
            throw new DatasetException(
                $"{Line(source, error.Context?.Parser)} cannot be read: a quotation mark is out of place; put quotation marks around the " +
                "whole value and double those inside it.");
        }
        catch (DecoderFallbackException)
        {
            throw new DatasetException($"'{source}' is not a text in UTF-8; save it as CSV in UTF-8.");
        }

        return labels._table!.Count > 0
            ? labels
            : throw new DatasetException($"'{source}' has no row below the names of its columns; add one for each image.");
    }

    /// <summary>The number of the class of an image; null for an image that is not in the table.</summary>
    /// <exception cref="DatasetException">The path has no folder.</exception>
    public int? Of(string path)
    {
        if (_table is not null)
            return _table.TryGetValue(Shard.HashOf(path), out int found) ? found : null;
        string[] folders = path.Split('/');
        return folders.Length >= 2
            ? Number(folders[^2])
            : throw new DatasetException($"'{path}' is in no folder that could be its class; give a table with --labels FILE.csv.");
    }

    private void AddRows(CancellationToken cancellationToken)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true, TrimOptions = TrimOptions.Trim, MissingFieldFound = null,
        };
        using var reader = new StreamReader(_source, Strict, detectEncodingFromByteOrderMarks: true);
        using var csv = new CsvHelper.CsvReader(reader, configuration);
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        if (!header.Contains("path", StringComparer.Ordinal) || !header.Contains("label", StringComparer.Ordinal))
            throw new DatasetException($"'{_source}' must start with a line that names the columns 'path' and 'label'.");
        while (csv.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (csv.GetField("path") is not { Length: > 0 } path || csv.GetField("label") is not { Length: > 0 } label)
                throw new DatasetException($"{Line(_source, csv.Parser)} has no path or no label; complete or remove it.");
            int number = Number(label);
            var key = Shard.HashOf(path);
            if (!_table!.TryAdd(key, number) && _table[key] != number)
            {
                throw new DatasetException(
                    $"{Line(_source, csv.Parser)} gives '{path}' another class than a line above: '{label}'. Remove one of them.");
            }
        }
    }

    private static string Line(string source, IParser? parser) =>
        string.Create(CultureInfo.InvariantCulture, $"Line {parser?.RawRow} of '{source}'");

    private int Number(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            number = _names.Count;
            _numbers.Add(name, number);
            _names.Add(name);
        }

        return number;
    }
}
