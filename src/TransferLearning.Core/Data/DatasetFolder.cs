namespace TransferLearning;

/// <summary>Folders that the caller names: a missing one is always the same error.</summary>
internal static class DatasetFolder
{
    /// <summary>The full path of a folder, without a separator at its end.</summary>
    public static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Throws when there is no such folder.</summary>
    /// <param name="folder">The full path.</param>
    /// <param name="content">What the folder must contain, for instance "the class folders".</param>
    /// <exception cref="DatasetException">The folder does not exist, or is a file.</exception>
    public static void Require(string folder, string content)
    {
        if (Directory.Exists(folder))
            return;
        string what = File.Exists(folder) ? "is a file, not a folder" : "does not exist";
        throw new DatasetException($"'{folder}' {what}; give the folder that contains {content}.");
    }
}
