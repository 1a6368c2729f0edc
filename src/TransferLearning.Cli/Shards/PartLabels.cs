using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning.Cli.Shards;

/// <summary>The classes of the images of parts: from the folders in their paths, or from a table.</summary>
/// <remarks>A table is kept as 16 bytes for each path, and each class once.</remarks>
internal sealed class PartLabels
{
    /// <summary>The word for classes that are the folders of the images.</summary>
    public const string FromPath = "from-path";

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, int>? _table;
    private readonly string _source;

    private PartLabels(string source, Dictionary<UInt128, int>? table)
    {
        _source = source;
        _table = table;
    }

    /// <summary>The classes in the order in which they were found.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads the labels.</summary>
    /// <param name="source"><see cref="FromPath"/>, or a CSV file with the columns <c>path</c> and <c>label</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DatasetException">The table is missing, lacks a column, or has two classes for a path.</exception>
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
            throw new DatasetException($"'{source}' cannot be read as a table: {error.Message.Split('\n')[0]}");
        }

        return labels;
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
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { DetectDelimiter = true, TrimOptions = TrimOptions.Trim };
        using var reader = new StreamReader(_source);
        using var csv = new CsvReader(reader, configuration);
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        if (!header.Contains("path", StringComparer.Ordinal) || !header.Contains("label", StringComparer.Ordinal))
            throw new DatasetException($"'{_source}' must start with a line that names the columns 'path' and 'label'.");
        while (csv.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(csv.GetField("path")!, csv.GetField("label")!);
        }
    }

    private void Add(string path, string label)
    {
        if (path.Length == 0 || label.Length == 0)
            throw new DatasetException($"'{_source}' has a row without a path or without a label.");
        int number = Number(label);
        if (!_table!.TryAdd(Shard.HashOf(path), number) && _table[Shard.HashOf(path)] != number)
            throw new DatasetException($"'{_source}' has two classes for '{path}'.");
    }

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
