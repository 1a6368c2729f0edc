namespace TransferLearning;

/// <summary>The files of a feature cache: whole or absent, and bounded in size.</summary>
/// <remarks>
/// Safe for use from many threads and many processes: nothing is locked, since a file appears by a rename and is never changed.
/// </remarks>
internal sealed class FeatureCacheFolder
{
    /// <summary>Files take whole blocks on disk.</summary>
    private const long BlockSize = 4096;

    /// <summary>Trimming goes a little below the limit, so that it does not happen at every write.</summary>
    private const double TrimTo = 0.9;

    /// <summary>A temporary file that is older was left by a process that was killed.</summary>
    private static readonly TimeSpan TemporaryFileLife = TimeSpan.FromHours(1);

    /// <summary>An entry that is used is marked as new again, but not at every use.</summary>
    private static readonly TimeSpan UseResolution = TimeSpan.FromDays(1);

    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly string _entries;
    private readonly string _temporary;
    private readonly long _maxBytes;
    private readonly Lock _sizeLock = new();

    /// <summary>The size of all entries as far as this process knows; null before the first write.</summary>
    private long? _size;

    /// <param name="folder">The folder; created when it does not exist.</param>
    /// <param name="maxBytes">The size on disk over which the oldest entries are deleted.</param>
    public FeatureCacheFolder(string folder, long maxBytes)
    {
        _entries = Path.Combine(folder, "features");
        _temporary = Path.Combine(folder, "tmp");
        _maxBytes = maxBytes;
        CreateFolders();
    }

    /// <summary>What went wrong at the last write that failed.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Reads a file into a buffer and returns the number of bytes, 0 when it cannot be read.</summary>
    public int TryRead(string relativePath, Span<byte> destination)
    {
        string path = Path.Combine(_entries, relativePath);
        if (!File.Exists(path))
            return 0;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            int read = RandomAccess.Read(handle, destination, 0);
            MarkAsUsed(path);
            return read;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process may have trimmed it away in between; the features are computed again.
            return 0;
        }
    }

    /// <summary>Writes a file, replacing what is there; a failure is noted in <see cref="LastError"/>.</summary>
    public void Write(string relativePath, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(_entries, relativePath);
        string temporary = Path.Combine(_temporary, Path.GetRandomFileName());
        try
        {
            MakeRoom(OnDisk(content.Length));
            File.WriteAllBytes(temporary, content);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LastError = error;
            TryDelete(temporary);
        }
    }

    /// <summary>Deletes all entries.</summary>
    public void Clear()
    {
        lock (_sizeLock)
        {
            Directory.Delete(_entries, recursive: true);
            CreateFolders();
            _size = 0;
        }
    }

    private static long OnDisk(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left for the next process that cleans up.
        }
    }

    private static void MarkAsUsed(string path)
    {
        var now = DateTime.UtcNow;
        if (now - File.GetLastWriteTimeUtc(path) > UseResolution)
            File.SetLastWriteTimeUtc(path, now);
    }

    private void CreateFolders()
    {
        Directory.CreateDirectory(_entries);
        Directory.CreateDirectory(_temporary);
    }

    private void MakeRoom(long bytes)
    {
        lock (_sizeLock)
        {
            if (_size is null)
            {
                DeleteOldTemporaryFiles();
                _size = Files().Sum(file => OnDisk(file.Length));
            }

            _size += bytes;
            if (_size > _maxBytes)
                _size = Trim() + bytes;
        }
    }

    /// <summary>Deletes the entries that were not used for the longest time, and returns the size of the others.</summary>
    private long Trim()
    {
        // Counted anew: other processes write and trim too.
        var files = Files().OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.FullName, StringComparer.Ordinal).ToList();
        long kept = 0;
        foreach (var file in files)
        {
            long size = OnDisk(file.Length);
            if (kept + size <= TrimTo * _maxBytes)
                kept += size;
            else
                TryDelete(file.FullName);
        }

        return kept;
    }

    private void DeleteOldTemporaryFiles()
    {
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles())
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > TemporaryFileLife)
                TryDelete(file.FullName);
        }
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_entries).EnumerateFiles("*", Everything);
}
