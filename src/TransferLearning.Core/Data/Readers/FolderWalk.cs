namespace TransferLearning;

/// <summary>
/// Lists the files and folders of a dataset safely: links to folders are not followed, so there are no loops; links to files are followed
/// only inside the dataset; what cannot be listed is reported; the order is the same on every system and in every culture. Names that start
/// with a dot belong to tools and are ignored.
/// </summary>
/// <param name="root">The full path of the dataset.</param>
/// <param name="reading">Receives what is left out, and stops the listing.</param>
internal sealed class FolderWalk(string root, DatasetReading reading)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string? _realRoot = RealPath.Resolve(root);

    /// <summary>A folder may be listed twice, for its folders and for its files; its problems are reported once.</summary>
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>The subfolders of a folder that can be listed, sorted by name.</summary>
    public IReadOnlyList<string> Folders(string folder) =>
    [
        .. Entries(folder).OfType<DirectoryInfo>()
            .Where(entry => !IsLinkedFolder(entry) && CanBeListed(entry)).Select(entry => entry.FullName),
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
            foreach (var entry in Entries(current))
            {
                if (entry is FileInfo file)
                {
                    if (Find(file) is { } known)
                        found.Add(known);
                }
                else if (!IsLinkedFolder(entry))
                {
                    pending.Push(entry.FullName);
                }
            }
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
                if (!entry.Name.StartsWith('.'))
                    yield return entry;
            }
        }
        finally
        {
            entries?.Dispose();
        }
    }

    /// <summary>The path relative to the root, with forward slashes.</summary>
    public static string KeyOf(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Whether an entry is a link to a folder, which is reported.</summary>
    public bool IsLinkedFolder(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not { } target)
            return false;
        Report(DatasetProblemKind.SkippedLink, entry, $"is a link to the folder '{target}'; such links are not followed, replace it by " +
            "the folder itself");
        return true;
    }

    /// <summary>The file, or null where it is a link that is not followed or cannot be read, which is reported.</summary>
    public FoundFile? Find(FileInfo file)
    {
        try
        {
            string key = KeyOf(root, file.FullName);
            if (file.LinkTarget is not { } link)
                return new FoundFile(file.FullName, key, file.Length);
            if (RealPath.Resolve(file.FullName) is not { } target || !File.Exists(target))
                Report(DatasetProblemKind.SkippedLink, file, $"is a link to '{link}', which does not exist");
            else if (_realRoot is null || !RealPath.IsBelow(target, _realRoot))
                Report(DatasetProblemKind.SkippedLink, file, $"is a link to '{link}', which is outside of the dataset");
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

    private List<FileSystemInfo> Entries(string folder)
    {
        List<FileSystemInfo> entries = [.. EntriesUnsorted(folder)];
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
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

    private void Report(DatasetProblemKind kind, FileSystemInfo entry, string message)
    {
        if (_reported.Add(entry.FullName))
            reading.Report(kind, entry.FullName, $"'{entry.FullName}' {message}.");
    }
}
