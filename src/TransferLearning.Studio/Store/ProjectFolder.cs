namespace TransferLearning.Studio;

/// <summary>
/// The folder of a project and the places inside it: the images of the user, which never change, and the studio's own state.
/// </summary>
public sealed class ProjectFolder
{
    /// <summary>The name of the folder with the studio's state; readers of data sets pass over names that start with a dot.</summary>
    public const string StateName = ".transferlearning";

    private ProjectFolder(string root, string state)
    {
        Root = root;
        State = state;
    }

    /// <summary>The full path of the user's folder.</summary>
    public string Root { get; }

    /// <summary>The full path of the studio's folder.</summary>
    public string State { get; }

    public string Name => Path.GetFileName(Root) is { Length: > 0 } name ? name : Root;

    public string Database => Path.Combine(State, "studio.db");

    public string Thumbnails => Path.Combine(State, "thumbnails");

    /// <summary>Images that were dropped, pasted or taken with the camera.</summary>
    public string Added => Path.Combine(State, "added");

    public string Runs => Path.Combine(State, "runs");

    public string FeatureCache => Path.Combine(State, "features");

    /// <summary>Opens a folder; both it and its state are created where they are absent.</summary>
    /// <param name="root">The user's folder.</param>
    /// <param name="state">The folder of the state; null for the one inside the user's folder.</param>
    /// <exception cref="IOException">The state cannot be written.</exception>
    public static ProjectFolder Open(string root, string? state = null)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (File.Exists(root))
            throw new IOException($"'{root}' is a file; name a folder of images.");
        var folder = new ProjectFolder(root, state is null ? Path.Combine(root, StateName) : Path.GetFullPath(state));
        try
        {
            foreach (string path in (string[])[folder.Root, folder.State, folder.Thumbnails, folder.Added, folder.Runs])
                Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new IOException(
                $"'{folder.State}' cannot be written: {error.Message} To keep labels and runs elsewhere, start the studio with " +
                "--state FOLDER.",
                error);
        }

        return folder;
    }

    /// <summary>The project of a folder without creating anything; null where there is none.</summary>
    /// <param name="folder">The user's folder, or the folder of the state.</param>
    public static ProjectFolder? Find(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return new[] { Path.Combine(full, StateName), full }.Select(state => new ProjectFolder(full, state))
            .FirstOrDefault(project => File.Exists(project.Database));
    }

    /// <summary>Whether a full path is inside a folder.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
