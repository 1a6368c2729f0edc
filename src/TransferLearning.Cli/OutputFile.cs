namespace TransferLearning.Cli;

/// <summary>Checks of output files and folders, before the work starts.</summary>
internal static class OutputFile
{
    /// <summary>Rejects a file that cannot be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    public static void RequireWritable(string path, string option)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The folder '{folder}' of the output file does not exist; create it, or choose another with {option}.");
        }

        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; give the name of a file with {option}.");
        try
        {
            string probe = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{folder}' is not writable ({Reason(error)}); choose another with {option}.", error);
        }
    }

    /// <summary>Rejects a file name with the extension of another format than the one that is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="endings">The accepted extensions; a name without one is accepted too.</param>
    public static void RequireEnding(string path, string option, params string[] endings)
    {
        string ending = Path.GetExtension(path);
        if (ending.Length > 0 && !endings.Contains(ending, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' must end in {Words.Or(endings)}, the written format; choose another with {option}.");
    }

    /// <summary>Asks on a terminal before a file is replaced, and refuses elsewhere.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="IOException">The file exists, and the answer is not yes.</exception>
    public static void AskBeforeOverwriting(string path, string option)
    {
        if (!File.Exists(path))
            return;
        if (!Console.IsInputRedirected && !Console.IsErrorRedirected)
        {
            Console.Error.Write($"'{path}' exists. Replace it? [y/N] ");
            if (Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes")
                return;
        }

        throw new IOException($"'{path}' exists; replace it with --overwrite, or choose another with {option}.");
    }

    /// <summary>
    /// Saves a result of long work; elsewhere if its file cannot be written any more, for instance because the disk is full.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="save">Writes a file.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="IOException">No place is left.</exception>
    public static string SaveOrRescue(string path, Action<string> save)
    {
        try
        {
            save(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string name = $"{Path.GetFileNameWithoutExtension(path)}-{Guid.NewGuid():N}{Path.GetExtension(path)}";
            foreach (string folder in (
                string[])[Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetTempPath(), Environment.CurrentDirectory])
            {
                string rescue = Path.Combine(folder, name);
                try
                {
                    save(rescue);
                    Console.Error.WriteLine($"warning: '{path}' cannot be written ({Reason(error)}); the result was saved as '{rescue}'.");
                    return rescue;
                }
                catch (Exception next) when (next is IOException or UnauthorizedAccessException)
                {
                    // The next folder may have room.
                }
            }

            throw;
        }
    }

    /// <summary>Creates a folder if it does not exist, and returns its full path.</summary>
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
            string folder = Path.GetFullPath(path);
            throw new IOException($"The folder '{folder}' cannot be created ({Reason(error)}); choose another with {option}.", error);
        }
    }

    private static string Reason(Exception error) => error is UnauthorizedAccessException ? "access is denied" : error.Message.TrimEnd('.');
}
