using System.Collections.Concurrent;

namespace TransferLearning;

/// <summary>
/// Lists the files and folders of a dataset safely: links are followed inside the dataset, and outside of it only on request; a link to a
/// folder that contains it is never followed, so there are no loops; what cannot be listed is reported; the order is the same on every
/// system and in every culture. What systems and tools create (<see cref="SystemNames"/>) is passed over and counted.
/// </summary>
/// <param name="root">The full path of the dataset.</param>
/// <param name="reading">Receives what is left out, and stops the listing.</param>
/// <param name="followLinks">Whether links to places outside of the dataset are followed.</param>
internal sealed class FolderWalk(string root, DatasetReading reading, bool followLinks = false)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string? _realRoot = RealPath.Resolve(root);

    /// <summary>A folder may be listed twice, for its folders and for its files; its problems are reported once.</summary>
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    private readonly Dictionary<string, List<FileSystemInfo>> _listed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _passed = new(StringComparer.Ordinal);

    /// <summary>The full path of the dataset.</summary>
    public string Root => root;

    /// <summary>The links to folders that were not followed, with their targets.</summary>
    public Dictionary<string, string> LinkedFolders { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of links that were not followed because their targets are outside of the dataset.</summary>
    public int OutsideLinks { get; private set; }

    /// <summary>The folders of systems and tools that were passed over: their names and how many there are.</summary>
    public IReadOnlyDictionary<string, int> Passed => _passed;

    /// <summary>The number of hidden files of systems and tools that were passed over, for instance <c>._cat.jpg</c>.</summary>
    public int PassedFiles { get; private set; }

    /// <summary>The subfolders of a folder that can be listed, sorted by name.</summary>
    public IReadOnlyList<string> Folders(string folder) =>
    [
        .. Entries(folder).OfType<DirectoryInfo>().Where(entry => Enters(entry) && CanBeListed(entry)).Select(entry => entry.FullName),
    ];

    /// <summary>The names of the files directly in a folder.</summary>
    public IReadOnlyList<string> FileNames(string folder) => [.. Entries(folder).OfType<FileInfo>().Select(entry => entry.Name)];

    /// <summary>The files in a folder and its subfolders, sorted by <see cref="FoundFile.Key"/>.</summary>
    public IReadOnlyList<FoundFile> FilesBelow(string folder)
    {
        var found = new List<FoundFile>();
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out string? current))
        {
            var entries = Entries(current);
            Inspect(entries);
            foreach (var entry in entries)
            {
                if (entry is FileInfo file)
                {
                    if (Find(file) is { } known)
                        found.Add(known);
                }
                else if (Enters((DirectoryInfo)entry))
                {
                    pending.Push(entry.FullName);
                }
            }

            // The list has served its purpose; those of large datasets would fill the memory.
            _listed.Remove(current);
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return found;
    }

    /// <summary>The entries of a folder in the order of the file system. After an error, which is reported, the rest is missing.</summary>
    public IEnumerable<FileSystemInfo> EntriesUnsorted(string folder)
    {
        IEnumerator<FileSystemInfo>? entries = null;
        try
        {
            while (Next(folder, ref entries) is { } entry)
            {
                reading.CancellationToken.ThrowIfCancellationRequested();
                if (!PassesOver(entry))
                    yield return entry;
            }
        }
        finally
        {
            entries?.Dispose();
        }
    }

    /// <summary>The path relative to the root, with forward slashes.</summary>
    public static string KeyOf(string root, string path)
    {
        bool isBelow = path.Length > root.Length + 1 && path[root.Length] == Path.DirectorySeparatorChar
            && path.StartsWith(root, StringComparison.Ordinal);
        string relative = isBelow ? path[(root.Length + 1)..] : Path.GetRelativePath(root, path);
        return relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Whether a folder is entered: it is no link, or a link that is followed. One that is not is reported.</summary>
    public bool Enters(DirectoryInfo entry)
    {
        if (entry.LinkTarget is not { } link)
            return true;
        string what = $"is a link to the folder '{link}'";
        string? target = RealPath.Resolve(entry.FullName);
        if (target is null || IsLoop(entry, target))
            Report(DatasetProblemKind.SkippedLink, entry, $"{what}, which contains the link itself; it is not followed");
        else if (!followLinks && (_realRoot is null || !RealPath.IsBelow(target, _realRoot)))
            ReportOutside(entry, what);
        else
            return true;
        LinkedFolders.TryAdd(entry.FullName, link);
        return false;
    }

    /// <summary>The file, or null where it is a link that is not followed or cannot be read, which is reported.</summary>
    public FoundFile? Find(FileInfo file)
    {
        try
        {
            string key = KeyOf(root, file.FullName);
            // Asking a file for the target of its link is a call of the system; the attributes are known with the length.
            if (!file.Attributes.HasFlag(FileAttributes.ReparsePoint) || file.LinkTarget is not { } link)
                return new FoundFile(file.FullName, key, file.Length);
            if (RealPath.Resolve(file.FullName) is not { } target || !File.Exists(target))
                Report(DatasetProblemKind.SkippedLink, file, $"is a link to '{link}', which does not exist");
            else if (!followLinks && (_realRoot is null || !RealPath.IsBelow(target, _realRoot)))
                ReportOutside(file, $"is a link to '{link}'");
            else
                return new FoundFile(file.FullName, key, new FileInfo(target).Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(DatasetProblemKind.UnreadableFile, file, $"cannot be read: {Reason(file, error)}");
        }

        return null;
    }

    private static string Reason(FileSystemInfo entry, Exception error) => entry.Name.Contains('\uFFFD', StringComparison.Ordinal)
        ? "its name is not valid text; rename it"
        : error.Message.TrimEnd('.');

    /// <summary>Whether the target of a link is a folder on the way to the link, or contains one of these.</summary>
    private bool IsLoop(DirectoryInfo link, string target)
    {
        for (var folder = link.Parent; folder is not null; folder = folder.Parent)
        {
            if (RealPath.Resolve(folder.FullName) is not { } real || real == target || RealPath.IsBelow(real, target))
                return true;
            if (folder.FullName.Length <= root.Length)
                break;
        }

        return false;
    }

    /// <summary>Asks for the attributes and sizes of many files at once: an entry keeps the answer, or the error.</summary>
    private void Inspect(List<FileSystemInfo> entries)
    {
        reading.CancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0)
            return;
        Parallel.ForEach(Partitioner.Create(0, entries.Count), range =>
        {
            for (int i = range.Item1; i < range.Item2; i++)
            {
                try
                {
                    _ = entries[i] is FileInfo file ? file.Attributes : default;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // It is thrown again where the file is used.
                }
            }
        });
    }

    private bool PassesOver(FileSystemInfo entry)
    {
        bool isFolder = entry is DirectoryInfo;
        if (SystemNames.OwnerOf(entry.Name, isFolder) is null)
            return false;
        if (!_reported.Add(entry.FullName))
            return true;
        if (isFolder && !entry.Name.StartsWith('.'))
            _passed[entry.Name] = _passed.GetValueOrDefault(entry.Name) + 1;
        else if (!isFolder && ImageFormats.LooksLikeImage(entry.Name))
            PassedFiles++;
        return true;
    }

    private List<FileSystemInfo> Entries(string folder)
    {
        if (_listed.TryGetValue(folder, out var entries))
            return entries;
        entries = [.. EntriesUnsorted(folder)];
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return _listed[folder] = entries;
    }

    private FileSystemInfo? Next(string folder, ref IEnumerator<FileSystemInfo>? entries)
    {
        try
        {
            entries ??= new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything).GetEnumerator();
            return entries.MoveNext() ? entries.Current : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var info = new DirectoryInfo(folder);
            Report(DatasetProblemKind.UnreadableFolder, info, $"cannot be listed: {Reason(info, error)}");
            return null;
        }
    }

    private bool CanBeListed(DirectoryInfo folder)
    {
        if (_listed.ContainsKey(folder.FullName))
            return true;
        try
        {
            using var entries = folder.EnumerateFileSystemInfos("*", Everything).GetEnumerator();
            entries.MoveNext();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(DatasetProblemKind.UnreadableFolder, folder, $"cannot be listed: {Reason(folder, error)}");
            return false;
        }
    }

    private void ReportOutside(FileSystemInfo entry, string what)
    {
        if (!_reported.Contains(entry.FullName))
            OutsideLinks++;
        Report(DatasetProblemKind.SkippedLink, entry, $"{what}, which is outside of the dataset");
    }

    private void Report(DatasetProblemKind kind, FileSystemInfo entry, string message)
    {
        if (_reported.Add(entry.FullName))
            reading.Report(kind, entry.FullName, $"'{entry.FullName}' {message}.");
    }
}
