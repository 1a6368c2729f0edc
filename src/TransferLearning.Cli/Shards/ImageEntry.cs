namespace TransferLearning.Cli.Shards;

/// <summary>
/// An image of a list as one text: a path with slashes, an address, or <c>NAME&lt;tab&gt;ADDRESS</c>. The query of an address, which may
/// contain a signature, is in no name.
/// </summary>
internal static class ImageEntry
{
    private const char Separator = '\t';

    private static readonly string[] Schemes = ["http://", "https://"];

    /// <summary>Whether a text is an http or https address.</summary>
    public static bool IsAddress(ReadOnlySpan<char> text)
    {
        foreach (string scheme in Schemes)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>An address up to its query.</summary>
    public static string WithoutQuery(string address)
    {
        int end = address.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? address : address[..end];
    }

    /// <summary>The entry of a line.</summary>
    /// <param name="line">A path, an address, or a name, a tab and an address.</param>
    /// <param name="problem">Receives why the image cannot be read; null if nothing is known against it.</param>
    /// <returns>The entry; null for a line that must not be repeated in any result.</returns>
    public static string? Of(string line, out string? problem)
    {
        problem = null;
        int tab = line.LastIndexOf(Separator);
        string address = line[(tab + 1)..].Trim();
        if (!IsAddress(address))
        {
            string path = PathOf(line);
            if (path.IndexOf("://", StringComparison.Ordinal) is > 0 and < 12)
                problem = $"'{WithoutQuery(path)}' is not an http or https address; list presigned addresses of the images instead.";
            return problem is null ? path : WithoutQuery(path);
        }

        string name = tab < 0 ? WithoutQuery(address) : line[..tab];
        if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed))
            problem = $"'{name}' has no valid address.";
        else if (parsed.UserInfo.Length > 0)
        {
            problem = "The address contains a user name or a password; use a presigned address.";
            return null;
        }

        return name == address ? address : name + Separator + address;
    }

    /// <summary>What results call the image.</summary>
    public static string NameOf(string entry)
    {
        int tab = entry.LastIndexOf(Separator);
        return tab >= 0 && IsAddress(entry.AsSpan(tab + 1)) ? entry[..tab] : entry;
    }

    /// <summary>Where the image is.</summary>
    /// <param name="entry">The entry, without a known problem.</param>
    /// <param name="root">The folder that paths are relative to.</param>
    public static ImageLocation LocationOf(string entry, string root)
    {
        string name = NameOf(entry);
        string address = entry.Length == name.Length ? entry : entry[(name.Length + 1)..];
        return IsAddress(address)
            ? ImageLocation.OfAddress(new Uri(address, UriKind.Absolute), name)
            : ImageLocation.OfFile(Path.GetFullPath(entry, root));
    }

    /// <summary>The path with slashes, without the leading ./ of 'find .'.</summary>
    private static string PathOf(string line)
    {
        string path = line.Replace(Path.DirectorySeparatorChar, '/');
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
