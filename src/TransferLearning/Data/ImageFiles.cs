namespace TransferLearning;

/// <summary>Finds pictures that have no labels.</summary>
public static class ImageFiles
{
    /// <summary>The pictures in a folder and in the folders below it, told by their content, in the same order on every system.</summary>
    /// <param name="folder">The folder. Links to folders are not followed; names that start with a dot are passed over.</param>
    /// <param name="cancellationToken">Stops a long listing.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> Find(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder '{root}'.");
        var problems = new List<DatasetProblem>();
        var filter = new PictureFilter(problems);
        return [.. new FolderWalk(root, problems, cancellationToken).FilesBelow(root).Where(filter.Accepts).Select(file => file.Path)];
    }
}
