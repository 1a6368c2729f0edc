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

        problems.Add(new DatasetProblem(DatasetProblemKind.UnreadableFile, full, $"'{full}' does not exist or cannot be read; it is left out."));
        return null;
    }
}
