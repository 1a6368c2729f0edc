namespace TransferLearning;

/// <summary>Finds a file that a list names.</summary>
internal static class ListedFile
{
    /// <summary>The file; null, after a report, when it does not exist or cannot be read.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="key">The key of the file, which decides its split.</param>
    /// <param name="reading">Receives a missing file.</param>
    public static FoundFile? Find(string path, string key, DatasetReading reading)
    {
        // No file can have such a name, and File.Exists and others throw ArgumentException for it.
        if (path.Contains('\0', StringComparison.Ordinal))
            return LeftOut(path.Replace("\0", "\\0", StringComparison.Ordinal), reading);
        string full = Path.GetFullPath(path);
        try
        {
            // A link has the length of its target.
            string? target = RealPath.Resolve(full);
            if (target is not null && File.Exists(target))
                return new FoundFile(full, key, new FileInfo(target).Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Reported below: a file that cannot be inspected is treated as missing.
        }

        return LeftOut(full, reading);
    }

    private static FoundFile? LeftOut(string path, DatasetReading reading)
    {
        reading.Report(DatasetProblemKind.UnreadableFile, path, $"'{path}' does not exist or cannot be read; it is left out.");
        return null;
    }
}
