namespace TransferLearning;

/// <summary>
/// Writes a file so that a reader sees the old content or the new one, never a mix, whatever ends the process: a temporary file beside it
/// is filled, flushed to the disk, and renamed over it.
/// </summary>
internal static class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <summary>A temporary file that nobody has written to for so long was left by a process that died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream.</param>
    /// <exception cref="IOException">The storage refuses; what was at <paramref name="path"/> is as it was.</exception>
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

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
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
