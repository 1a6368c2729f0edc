namespace TransferLearning;

/// <summary>Finds a file that a list names, wherever it is.</summary>
internal static class ListedFile
{
    /// <summary>The file, or null where it does not exist or cannot be read, which is reported.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="key">What decides its split.</param>
    /// <param name="problems">Where a missing file is reported.</param>
    public static FoundFile? Find(string path, string key, List<DatasetProblem> problems)
    {
        // No file can have such a name, and the system's calls take it for a mistake of the program.
        if (path.Contains('\0', StringComparison.Ordinal))
            return LeftOut(path.Replace("\0", "\\0", StringComparison.Ordinal), problems);
        string full = Path.GetFullPath(path);
        try
        {
            // The length of a link is that of the file it leads to.
            string? target = RealPath.Resolve(full);
            if (target is not null && File.Exists(target))
                return new FoundFile(full, key, new FileInfo(target).Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Reported below with the others: a file that cannot be looked at is as good as missing.
        }

        return LeftOut(full, problems);
    }

    private static FoundFile? LeftOut(string path, List<DatasetProblem> problems)
    {
        problems.Add(new DatasetProblem(DatasetProblemKind.UnreadableFile, path, $"'{path}' does not exist or cannot be read; it is left out."));
        return null;
    }
}
