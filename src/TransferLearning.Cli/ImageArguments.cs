using System.IO.Enumeration;

namespace TransferLearning.Cli;

/// <summary>The images that the arguments of a command name: files, folders, and patterns that the shell did not expand.</summary>
/// <param name="Paths">The images, in the order of the arguments.</param>
/// <param name="Errors">One message for each argument that names nothing.</param>
internal sealed record ImageArguments(IReadOnlyList<string> Paths, IReadOnlyList<string> Errors)
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Expands arguments.</summary>
    /// <exception cref="DatasetException">The folders and patterns contain no images.</exception>
    /// <exception cref="FileNotFoundException">No argument names anything.</exception>
    public static ImageArguments Expand(IReadOnlyList<string> arguments)
    {
        var paths = new List<string>();
        var errors = new List<string>();
        foreach (string argument in arguments)
        {
            if (Directory.Exists(argument))
                paths.AddRange(ImageFiles.Find(argument));
            else if (File.Exists(argument))
                paths.Add(argument);
            else if (Fault(argument) is { } fault)
                errors.Add(fault);
            else
                AddMatches(argument, paths, errors);
        }

        if (paths.Count > 0)
            return new ImageArguments(paths, errors);
        if (errors.Count > 0)
            throw new FileNotFoundException(string.Join(' ', errors));
        throw new DatasetException($"There are no images in {string.Join(", ", arguments.Select(argument => $"'{argument}'"))}.");
    }

    private static string? Fault(string argument)
    {
        if (argument.Contains("://", StringComparison.Ordinal))
            return $"'{argument}' is an address, not a file; download the image first, for instance with curl -O.";
        return argument.IndexOfAny(Wildcards) < 0 ? $"'{argument}' is neither a file nor a folder." : null;
    }

    private static void AddMatches(string pattern, List<string> paths, List<string> errors)
    {
        string start = Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : "";
        string[] parts = pattern[start.Length..].Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> found = [start];
        foreach (var (i, part) in parts.Index())
        {
            bool isLast = i == parts.Length - 1;
            found = part.IndexOfAny(Wildcards) < 0
                ? found.Select(folder => Path.Combine(folder, part)).Where(Path.Exists)
                : found.SelectMany(folder => Matching(folder, part, isLast));
        }

        string[] matches = [.. found.SelectMany(match => Directory.Exists(match) ? ImageFiles.Find(match) : [match])];
        if (matches.Length == 0)
            errors.Add($"No image matches '{pattern}'.");
        paths.AddRange(matches);
    }

    /// <summary>The entries of a folder that match, sorted; files only as the last part of a pattern, and only images.</summary>
    private static IEnumerable<string> Matching(string folder, string pattern, bool isLast)
    {
        string listed = folder.Length == 0 ? "." : folder;
        return !Directory.Exists(listed)
            ? []
            : new DirectoryInfo(listed).EnumerateFileSystemInfos()
                .Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Name, OperatingSystem.IsWindows())
                    && (entry is DirectoryInfo || isLast
                        && ImageFiles.Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase)))
                .Select(entry => Path.Combine(folder, entry.Name))
                .Order(StringComparer.Ordinal);
    }
}
