using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// The paths of a report: relative to the folder that all images have in common, so that a page that is passed on does not show the folders
/// of a machine.
/// </summary>
internal sealed partial class ReportPaths
{
    /// <summary>Enough to tell an image by split, class and name where the images have no folder in common.</summary>
    private const int PartsOfOther = 3;

    private readonly string _root;

    /// <summary>The paths of some images.</summary>
    public ReportPaths(IEnumerable<string> images) => _root = CommonFolder(images);

    /// <summary>The path of an image.</summary>
    public string Of(string path) =>
        _root.Length > 0 && path.StartsWith(_root, StringComparison.Ordinal) ? path[_root.Length..]
        : Path.IsPathRooted(path) ? string.Join('/', Parts(path).TakeLast(PartsOfOther))
        : path;

    /// <summary>A message or a value, in which paths are shortened.</summary>
    public string In(string text)
    {
        string relative = _root.Length > 0 ? text.Replace(_root, "", StringComparison.Ordinal) : text;
        return Rooted().Replace(relative, match => string.Join('/', Parts(match.Value).TakeLast(PartsOfOther)));
    }

    private static string[] Parts(string path) => path.Split('/', '\\');

    /// <summary>The deepest folder that all paths have in common, with its separator; empty if it is the root of the file system.</summary>
    private static string CommonFolder(IEnumerable<string> paths)
    {
        string? common = null;
        foreach (string path in paths)
        {
            int same = common is null ? path.Length : path.AsSpan().CommonPrefixLength(common);
            common = path[..(path.AsSpan(0, same).LastIndexOfAny('/', '\\') + 1)];
        }

        return common is { Length: > 3 } ? common : "";
    }

    /// <summary>An absolute path of Unix or Windows with a folder, at the start of a word.</summary>
    [GeneratedRegex("""(?<![\w./\\:])(/|[A-Za-z]:[/\\])[^\s'"/\\:]+[/\\][^'":]*[^'":\s.]""")]
    private static partial Regex Rooted();
}
