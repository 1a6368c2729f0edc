namespace TransferLearning;

/// <summary>
/// Writes a file so that readers see either the old or the new content, even if the process is killed: a temporary file beside it is
/// written, flushed to the disk, and renamed over it.
/// </summary>
internal static class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <summary>A temporary file of this age was left by a process that was killed.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to a stream.</param>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException($"'{path}' is a folder, not a file.", nameof(path));
        string prefix = $".{Path.GetFileName(full)}.";
        RemoveAbandoned(folder, prefix);

        string temporary = Path.Combine(folder, $"{prefix}{Guid.NewGuid():N}{Suffix}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            MoveOver(temporary, full);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A file that is mounted on its own, as in a container, cannot be replaced, but written.</summary>
    private static void MoveOver(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException) when (File.Exists(path) && !Directory.Exists(path) && OperatingSystem.IsLinux())
        {
            File.Copy(temporary, path, overwrite: true);
            File.Delete(temporary);
        }
    }

    private static void RemoveAbandoned(string folder, string prefix)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles($"{prefix}*{Suffix}"))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned)
                file.Delete();
        }
    }
}
