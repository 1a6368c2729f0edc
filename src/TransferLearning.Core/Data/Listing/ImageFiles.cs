namespace TransferLearning;

/// <summary>Finds images that have no labels.</summary>
/// <remarks>Safe for use from many threads.</remarks>
public static class ImageFiles
{
    private const string Content = "the images";

    /// <summary>
    /// The file extensions of the image formats that can be decoded, with the dot, in lower case; a file may have any other.
    /// </summary>
    public static IReadOnlyCollection<string> Extensions => ImageFormats.Extensions;

    /// <summary>The images in a folder and its subfolders, recognised by content, in the same order on every system.</summary>
    /// <param name="folder">The folder. Links to folders are not followed; names that start with a dot are ignored.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DatasetException">There is no such folder.</exception>
    public static IReadOnlyList<string> Find(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = DatasetFolder.FullPath(folder);
        DatasetFolder.Require(root, Content);
        var reading = new DatasetReading(progress: null, cancellationToken);
        var filter = new ImageFilter(reading);
        return [.. filter.Among(new FolderWalk(root, reading).FilesBelow(root)).Select(file => file.Path)];
    }

    /// <summary>
    /// The images in a folder and its subfolders, one by one as they are found, for folders with too many images to hold their paths in
    /// memory. Files with an image extension that are not images, and folders that cannot be listed, are returned with their
    /// <see cref="ImageFile.Problem"/>.
    /// </summary>
    /// <param name="folder">The folder. Links to folders are not followed; names that start with a dot are ignored.</param>
    /// <param name="select">
    /// Selects by <see cref="ImageFile.RelativePath"/>, before a file is opened; null selects all. It is also called for files that are not
    /// images.
    /// </param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>
    /// The images in the order of the file system, which differs between systems; memory does not grow with their number.
    /// </returns>
    /// <exception cref="DatasetException">There is no such folder.</exception>
    public static IEnumerable<ImageFile> Enumerate(
        string folder, Func<string, bool>? select = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = DatasetFolder.FullPath(folder);
        DatasetFolder.Require(root, Content);
        return new ImageWalk(root, select ?? (_ => true), cancellationToken).Files();
    }
}
