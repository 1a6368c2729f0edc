using System.IO.Enumeration;

namespace TransferLearning.Cli;

/// <summary>
/// Patterns of paths that the shell did not expand, with <c>*</c> and <c>?</c> in any folder or file name, and <c>**</c> for folders of any
/// depth.
/// </summary>
internal static class FilePattern
{
    private const string AnyDepth = "**";

    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Whether a path has a wildcard.</summary>
    public static bool HasWildcard(string path) => path.IndexOfAny(Wildcards) >= 0;

    /// <summary>The folders, and the files with one of the extensions, that match a pattern; those of each wildcard are sorted.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="extensions">The extensions of the files that a wildcard finds, with the dot.</param>
    public static IEnumerable<string> Matches(string pattern, IReadOnlyCollection<string> extensions)
    {
        string start = Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : "";
        string[] parts = pattern[start.Length..].Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> found = [start];
        foreach (var (i, part) in parts.Index())
        {
            bool isLast = i == parts.Length - 1;
            found = part == AnyDepth && !isLast ? found.SelectMany(WithFoldersBelow) : HasWildcard(part)
                ? found.SelectMany(folder => Matching(folder, part, isLast ? extensions : []))
                : found.Select(folder => Path.Combine(folder, part)).Where(Path.Exists);
        }

        return found;
    }

    /// <summary>A folder and all below it that are no links, sorted.</summary>
    private static IEnumerable<string> WithFoldersBelow(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        string listed = folder.Length == 0 ? "." : folder;
        return !Directory.Exists(listed)
            ? []
            : Directory.EnumerateDirectories(listed, "*", options)
                .Select(path => folder.Length == 0 ? Path.GetRelativePath(listed, path) : path)
                .Order(StringComparer.Ordinal).Prepend(folder);
    }

    /// <summary>The entries of a folder that match, sorted: folders, and files with one of the extensions.</summary>
    private static IEnumerable<string> Matching(string folder, string pattern, IReadOnlyCollection<string> extensions)
    {
        string listed = folder.Length == 0 ? "." : folder;
        return !Directory.Exists(listed)
            ? []
            : new DirectoryInfo(listed).EnumerateFileSystemInfos()
                .Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Name, OperatingSystem.IsWindows())
                    && (entry is DirectoryInfo || extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase)))
                .Select(entry => Path.Combine(folder, entry.Name))
                .Order(StringComparer.Ordinal);
    }
}
