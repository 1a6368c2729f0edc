using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// A file that names classes which are numbers: a text with a name on each line, in the order of the numbers or beside its number, or JSON
/// with a list of names, or with names by number or numbers by name.
/// </summary>
internal static partial class ClassNameFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>A file that nobody has named is only looked at if its own name has one of these words.</summary>
    private static readonly string[] Words = ["class", "label", "name", "categor", "species"];

    private static readonly string[] Extensions = [".txt", ".csv", ".tsv", ".json", ".names"];

    /// <summary>Replaces numbers by the names of a file, or says in the layout that there is such a file.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="layout">The explanation of the dataset; null for none.</param>
    /// <param name="file">The file that the caller named; null for none.</param>
    /// <exception cref="DatasetException">The file does not name these classes.</exception>
    public static (IReadOnlyList<string> Classes, FolderLayout? Layout) Apply(
        IReadOnlyList<string> classes, FolderLayout? layout, string? file)
    {
        if (file is not null)
        {
            var names = Read(file, classes);
            string named = $"named by '{Path.GetFileName(file)}'";
            return (names, layout is null ? null : WithLine(layout, names, _ => FormattableString.Invariant(
                $"Classes: {names.Length} {named} ({FolderLayout.Some(names)}).")));
        }

        return layout is null || Find(layout.Root, classes) is not { } found
            ? (classes, layout)
            : (classes, WithLine(layout, classes, line => $"{line[..^1]}; they are numbers, and '{Path.GetFileName(found)}' looks like " +
                $"their names: set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.ClassNamesFile)} to '{found}'."));
    }

    private static FolderLayout WithLine(FolderLayout layout, IReadOnlyList<string> classes, Func<string, string> change) => layout with
    {
        Classes = classes,
        Lines = [.. layout.Lines.Select(line => line.StartsWith("Classes: ", StringComparison.Ordinal) ? change(line) : line)],
    };

    private static string[] Read(string file, IReadOnlyList<string> classes)
    {
        try
        {
            if (NamesIn(file, classes) is { } names)
            {
                ClassNames.ThrowIfAmbiguous(names, file);
                return names.Distinct(StringComparer.Ordinal).Count() == names.Length
                    ? names
                    : throw new DatasetException($"'{file}' gives two classes the same name; give each a name of its own.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DatasetException($"The class names in '{file}' cannot be read: {error.Message}");
        }

        throw new DatasetException(FormattableString.Invariant(
            $"'{file}' does not name the {classes.Count} classes {FolderLayout.Some(classes)}; give a text with a name on each line, in ") +
            "the order of the classes or as 'class,name', or JSON with a list of names or with the name of each class.");
    }

    /// <summary>A file in the folder of the classes, or beside it, that names all of them.</summary>
    private static string? Find(string folder, IReadOnlyList<string> classes)
    {
        if (classes.Count < 2 || !classes.All(name => NumberOf(name) is not null))
            return null;
        try
        {
            return new[] { folder, Path.GetDirectoryName(folder) }.OfType<string>()
                .SelectMany(place => Directory.EnumerateFiles(place).Where(MayName).Order(StringComparer.Ordinal))
                .FirstOrDefault(file => Names(file, classes));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool MayName(string file) =>
        Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
        && Words.Any(word => Path.GetFileName(file).Contains(word, StringComparison.OrdinalIgnoreCase))
        && new FileInfo(file).Length is > 0 and < MostBytes;

    private static bool Names(string file, IReadOnlyList<string> classes)
    {
        try
        {
            return NamesIn(file, classes) is { } names && names.Distinct(ClassNames.SameLook).Count() == names.Length
                && !names.All(name => NumberOf(name) is not null) && !names.Any(ImageFormats.LooksLikeImage);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string[]? NamesIn(string file, IReadOnlyList<string> classes)
    {
        string text = File.ReadAllText(file);
        var (ordered, pairs) = text.TrimStart() is ['{' or '[', ..] ? OfJson(text) : OfLines(text);
        var byClass = pairs.DistinctBy(pair => Key(pair.Class), StringComparer.Ordinal)
            .ToDictionary(pair => Key(pair.Class), pair => pair.Name, StringComparer.Ordinal);
        if (classes.All(name => byClass.GetValueOrDefault(Key(name)) is { Length: > 0 }))
            return [.. classes.Select(name => byClass[Key(name)])];
        return ordered.Count == classes.Count ? [.. ordered] : null;
    }

    private static (IReadOnlyList<string> Ordered, IReadOnlyList<(string Class, string Name)> Pairs) OfLines(string text)
    {
        string[] lines =
        [
            .. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'),
        ];
        var pairs = lines.Select(line => NumberFirst().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, Clean(match.Groups[2].Value))).ToList();
        if (pairs.Count == 0)
        {
            pairs = [.. lines.Select(line => NumberLast().Match(line)).Where(match => match.Success)
                .Select(match => (match.Groups[2].Value, Clean(match.Groups[1].Value)))];
        }

        return ([.. lines.Select(Clean)], pairs);
    }

    private static (IReadOnlyList<string> Ordered, IReadOnlyList<(string Class, string Name)> Pairs) OfJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
            return ([.. root.EnumerateArray().Select(Text).OfType<string>()], []);
        var pairs = root.EnumerateObject().Select(pair => (Class: pair.Name, Name: Text(pair.Value) ?? "")).ToList();
        bool isReversed = pairs.TrueForAll(pair => NumberOf(pair.Name) is not null && NumberOf(pair.Class) is null);
        return ([], isReversed ? [.. pairs.Select(pair => (pair.Name, pair.Class))] : pairs);
    }

    /// <summary>A text or number; the last one of a list, as in <c>["n02123045", "tabby"]</c>.</summary>
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array when value.GetArrayLength() > 0 => Text(value[value.GetArrayLength() - 1]),
        _ => null,
    };

    private static string Clean(string name) => name.Trim().Trim('"').Trim();

    /// <summary>Numbers are equal with and without zeros before them.</summary>
    private static string Key(string name) => NumberOf(name)?.ToString(CultureInfo.InvariantCulture) ?? name.Trim();

    private static int? NumberOf(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    [GeneratedRegex(@"^""?(\d{1,9})""?\s*[\s,;:=|]\s*(.*\S)$")]
    private static partial Regex NumberFirst();

    [GeneratedRegex(@"^(.*\S)\s*[\s,;:=|]\s*""?(\d{1,9})""?$")]
    private static partial Regex NumberLast();
}
