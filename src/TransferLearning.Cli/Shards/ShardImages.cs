using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>The paths of the images of one shard.</summary>
/// <param name="Root">The folder that the paths are relative to.</param>
/// <param name="Paths">The paths with slashes, in the order of their UTF-8.</param>
/// <param name="Problems">The known problems of images before they are opened, by path.</param>
internal sealed record ShardImages(string Root, PathList Paths, IReadOnlyDictionary<string, string> Problems)
{
    /// <summary>Lists the images of a shard.</summary>
    /// <param name="source">A folder, or a text file with one path on each line, relative to the folder of the text file.</param>
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
        throw new FileNotFoundException($"'{source}' is neither a folder nor a list of images.");
    }

    /// <summary>The file of an image.</summary>
    public string FileOf(string path) => Path.GetFullPath(path, Root);

    /// <summary>The same for the same paths: a part with the results of other images is not taken for finished.</summary>
    public string Identity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in Paths)
            hash.AppendData(Encoding.UTF8.GetBytes(path + "\n"));
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
        var paths = new PathList();
        bool any = false;
        foreach (string line in File.ReadLines(list))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.Contains('\0', StringComparison.Ordinal))
                throw new DatasetException($"'{list}' is not a list of images: it must be a text file with one path on each line.");
            if (string.IsNullOrWhiteSpace(line))
                continue;
            any = true;
            string path = PathOf(line);
            if (shard.Contains(path))
                paths.Add(path);
        }

        if (!any)
            throw new DatasetException($"There are no images in '{list}': it must have one path on each line.");
        paths.Sort();
        paths.RemoveRepeats();
        return new ShardImages(Path.GetDirectoryName(list)!, paths, new Dictionary<string, string>());
    }

    /// <summary>The path with slashes, without the leading ./ of 'find .'.</summary>
    private static string PathOf(string line)
    {
        string path = line.Replace(Path.DirectorySeparatorChar, '/');
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
