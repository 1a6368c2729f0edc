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
            throw new IOException($"The folder '{folder}' of the output file cannot be written to ({Reason(error)}); choose another with {option}.", error);
        }
    }

    /// <summary>Refuses the name of an image whose ending promises another format than is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="endings">What the name may end in; none at all is right too.</param>
    public static void RequireEnding(string path, string option, params string[] endings)
    {
        string ending = Path.GetExtension(path);
        if (ending.Length > 0 && !endings.Contains(ending, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' must end in {Words.Or(endings)}, the format that is written; choose another name with {option}.");
    }

    /// <summary>Makes a folder where there is none yet, and returns its full path.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="option">The option that names it.</param>
    public static string CreateFolder(string path, string option)
    {
        if (File.Exists(path))
            throw new IOException($"'{path}' is a file; give a folder with {option}.");
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{Path.GetFullPath(path)}' cannot be made ({Reason(error)}); choose another with {option}.", error);
        }
    }

    private static string Reason(Exception error) => error is UnauthorizedAccessException ? "access is denied" : error.Message.TrimEnd('.');
}
