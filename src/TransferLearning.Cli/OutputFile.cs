namespace TransferLearning.Cli;

/// <summary>A folder that cannot be written to is better known before the work than after it.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a file that could not be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    public static void RequireWritable(string path, string option)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' of the output file does not exist; create it or choose another with {option}.");
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; give the name of the file to write with {option}.");
        try
        {
            string probe = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = error is UnauthorizedAccessException ? "access is denied" : error.Message.TrimEnd('.');
            throw new IOException($"The folder '{folder}' of the output file cannot be written to ({reason}); choose another with {option}.", error);
        }
    }
}
