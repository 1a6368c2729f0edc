using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Where a member of an archive belongs: its split and class, from its path and the lists of the dataset.</summary>
internal sealed class ImagePlaces
{
    private const string ClassGroup = "class";
    private const string PartGroup = "part";
    private const string IdGroup = "id";

    /// <summary>A list is text of a few megabytes.</summary>
    private const int MostListBytes = 256 << 20;

    private readonly DatasetLayout _layout;
    private readonly Regex _pattern;
    private readonly Dictionary<string, string> _partOf = new(StringComparer.Ordinal);

    /// <summary>Prepares the places; <see cref="AddList"/> adds the lists before the first image is placed.</summary>
    public ImagePlaces(DatasetLayout layout)
    {
        _layout = layout;
        _pattern = DatasetLayout.Compile(layout.Pattern);
    }

    /// <summary>Reads a list if the member is one.</summary>
    public void AddList(ArchiveMember member)
    {
        foreach (var list in _layout.Lists.Where(list => list.Path == member.Path))
        {
            using var text = new MemoryStream();
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = member.Content.Read(buffer)) > 0;)
            {
                if (text.Length + read > MostListBytes)
                    throw new DatasetException($"The list '{list.Path}' is longer than any list should be; the archive is not used.");
                text.Write(buffer, 0, read);
            }

            foreach (string id in Ids(list, text.ToArray()))
                _partOf[id] = list.Part;
        }
    }

    /// <summary>Throws if a list was not found.</summary>
    public void RequireLists()
    {
        string[] empty = [.. _layout.Lists.Where(list => !_partOf.ContainsValue(list.Part)).Select(list => $"'{list.Path}'")];
        if (empty.Length > 0)
            throw new DatasetException($"The archives do not have {string.Join(", ", empty)}, or nothing is in it.");
    }

    /// <summary>The match of a member that has images; null for any other.</summary>
    public Match? Find(string path) => _pattern.Match(path) is { Success: true } match ? match : null;

    /// <summary>The split and class of an image file; null if it is left out.</summary>
    public (string? Part, string Class)? Of(Match match, string? partOfFile)
    {
        string name = match.Groups[ClassGroup].Value;
        if (_layout.LeaveOut.Contains(name))
            return null;
        string? part = PartOf(match, partOfFile);
        if (_layout.Lists.Count > 0 && !_partOf.TryGetValue(match.Groups[IdGroup].Value, out part))
            return null;
        return (part, NameOf(name));
    }

    /// <summary>The split that a path or the file states; null for none.</summary>
    public static string? PartOf(Match match, string? partOfFile) => match.Groups[PartGroup] is not { Success: true } group ? partOfFile
        : SplitNames.PartOf(group.Value switch { "t10k" => "test", "data" => "train", _ => group.Value }) switch
        {
            DatasetPart.Train => "train",
            DatasetPart.Validation => "valid",
            DatasetPart.Test => "test",
            _ => throw new DatasetException($"The archive has the unknown split '{group.Value}'."),
        };

    /// <summary>The name of a class of the archive.</summary>
    public string NameOf(string className) => _layout.Names.GetValueOrDefault(className, className);

    private static IEnumerable<string> Ids(DatasetList list, byte[] text)
    {
        if (!list.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            string[] lines = System.Text.Encoding.UTF8.GetString(text).Split('\n');
            return lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ')[0]);
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateObject().SelectMany(each => each.Value.EnumerateArray()).Select(id => id.GetString()!)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DatasetException($"The list '{list.Path}' of the archive is not as expected: {error.Message}");
        }
    }
}
