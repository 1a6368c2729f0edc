namespace TransferLearning;

/// <summary>
/// Resolves every link in a path, not only the last one: <c>inside/x.jpg</c> is outside of the dataset when <c>inside</c> is a link out of
/// it.
/// </summary>
internal static class RealPath
{
    /// <summary>The number of links after which Linux reports a loop.</summary>
    private const int LinkLimit = 40;

    /// <summary>The path without links, or null when its links form a loop.</summary>
    /// <param name="path">A full path.</param>
    public static string? Resolve(string path)
    {
        string current = Path.GetPathRoot(path)!;
        var pending = new Stack<string>();
        Push(pending, path[current.Length..]);
        int links = 0;
        while (pending.TryPop(out string? part))
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > LinkLimit)
                return null;
            if (Path.IsPathRooted(target))
                current = Path.GetPathRoot(Path.GetFullPath(target))!;
            Push(pending, Path.IsPathRooted(target) ? target[Path.GetPathRoot(target)!.Length..] : target);
        }

        return current;
    }

    /// <summary>Whether a path without links lies below a folder without links.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        || Path.EndsInDirectorySeparator(folder) && path.StartsWith(folder, StringComparison.Ordinal);

    private static void Push(Stack<string> pending, string path)
    {
        string[] parts = path.Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
            pending.Push(parts[i]);
    }
}
