using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>The images of one shard.</summary>
/// <param name="Root">The folder that the paths are relative to.</param>
/// <param name="Entries">The entries (see <see cref="ImageEntry"/>), in the order of the UTF-8 of their names.</param>
/// <param name="Problems">The known problems of images before they are opened, by name.</param>
internal sealed record ShardImages(string Root, PathList Entries, IReadOnlyDictionary<string, string> Problems)
{
    /// <summary>The number of images.</summary>
    public int Count => Entries.Count;

    /// <summary>Lists the images of a shard.</summary>
    /// <param name="source">
    /// A folder, or a text file with one image on each line: a path, relative to the folder of the text file, or an address.
    /// </param>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="DatasetException">There are no images in it, in any shard.</exception>
    public static ShardImages Find(string source, Shard shard, CancellationToken cancellationToken)
    {
        if (Directory.Exists(source))
            return InFolder(Path.GetFullPath(source), shard, cancellationToken);
        if (File.Exists(source))
            return InList(Path.GetFullPath(source), shard, cancellationToken);
        throw new FileNotFoundException(ImageEntry.IsAddress(source)
            ? $"'{ImageEntry.WithoutQuery(source)}' is an address; write it into a text file, one address on each line, and give that file."
            : $"'{source}' is neither a folder nor a list of images.");
    }

    /// <summary>What results call an image: its path with slashes, or its name in the list, or its address without the query.</summary>
    public string NameOf(int index) => ImageEntry.NameOf(Entries[index]);

    /// <summary>Where an image is.</summary>
    public ImageLocation LocationOf(int index) => ImageEntry.LocationOf(Entries[index], Root);

    /// <summary>
    /// The same for the same names: a part with the results of other images is not taken for finished. Signatures may be new ones.
    /// </summary>
    public string Identity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string entry in Entries)
            hash.AppendData(Encoding.UTF8.GetBytes(ImageEntry.NameOf(entry) + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ShardImages InFolder(string folder, Shard shard, CancellationToken cancellationToken)
    {
        var paths = new PathList();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in ImageFiles.Enumerate(folder, shard.Contains, cancellationToken))
        {
            paths.Add(file.RelativePath);
            if (file.Problem is { } problem)
                problems.TryAdd(file.RelativePath, problem);
        }

        // An empty shard is valid, but an empty folder is a mistake that every shard should report.
        if (paths.Count == 0 && !ImageFiles.Enumerate(folder, null, cancellationToken).Any())
            throw new DatasetException($"There are no images in '{folder}'.");
        paths.Sort();
        return new ShardImages(folder, paths, problems);
    }

    private static ShardImages InList(string list, Shard shard, CancellationToken cancellationToken)
    {
        var entries = new PathList();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        bool any = false;
        foreach (var (number, line) in File.ReadLines(list).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.Contains('\0', StringComparison.Ordinal))
                throw new DatasetException($"'{list}' is not a list of images: it must be a text file with one path on each line.");
            if (string.IsNullOrWhiteSpace(line))
                continue;
            any = true;
            string entry = ImageEntry.Of(line, out string? problem)
                ?? throw new DatasetException($"Line {number + 1} of '{list}': {problem}");
            string name = ImageEntry.NameOf(entry);
            if (!shard.Contains(name))
                continue;
            entries.Add(entry);
            if (problem is not null)
                problems.TryAdd(name, problem);
        }

        if (!any)
            throw new DatasetException($"There are no images in '{list}': it must have one path on each line.");
        entries.Sort();
        entries.RemoveRepeats();
        RefuseRepeatedNames(list, entries);
        return new ShardImages(Path.GetDirectoryName(list)!, entries, problems);
    }

    /// <summary>Two addresses that differ in their queries only may be one image or two.</summary>
    private static void RefuseRepeatedNames(string list, PathList entries)
    {
        string? before = null;
        foreach (string entry in entries)
        {
            string name = ImageEntry.NameOf(entry);
            if (name == before)
            {
                throw new DatasetException(
                    $"'{list}' has two addresses for '{name}'. Results do not contain what follows '?' in an address; give each image a " +
                    "name of its own: the name, a tab, and the address on each line.");
            }

            before = name;
        }
    }
}
