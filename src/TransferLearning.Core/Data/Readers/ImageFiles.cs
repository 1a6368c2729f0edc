namespace TransferLearning;

/// <summary>Finds images that have no labels.</summary>
public static class ImageFiles
{
    /// <summary>The file extensions of the image formats that can be decoded, with the dot, in lower case; a file may have any other.</summary>
    public static IReadOnlyCollection<string> Extensions => ImageFormats.Extensions;

    /// <summary>The images in a folder and in the folders below it, told by their content, in the same order on every system.</summary>
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
        var filter = new ImageFilter(problems);
        return [.. new FolderWalk(root, problems, cancellationToken).FilesBelow(root).Where(filter.Accepts).Select(file => file.Path)];
    }

    /// <summary>
    /// The images in a folder and in the folders below it, one by one as they are found, for folders with more images than one wants to
    /// hold in memory. What looks like an image but is none, and what cannot be listed, comes with its <see cref="ImageFile.Problem"/>.
    /// </summary>
    /// <param name="folder">The folder. Links to folders are not followed; names that start with a dot are passed over.</param>
    /// <param name="select">
    /// Chooses by <see cref="ImageFile.RelativePath"/>, before a file is opened; null takes all. It is also asked about files that turn out
    /// to be no images.
    /// </param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The images in the order of the file system, which differs between systems; memory does not grow with their number.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<ImageFile> Enumerate(
        string folder, Func<string, bool>? select = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder '{root}'.");
        return new ImageWalk(root, select ?? (_ => true), cancellationToken).Files();
    }
}
