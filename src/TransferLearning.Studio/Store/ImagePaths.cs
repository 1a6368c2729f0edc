namespace TransferLearning.Studio;

/// <summary>Where the images of a project are.</summary>
public static class ImagePaths
{
    /// <summary>The full path of an image.</summary>
    /// <param name="folder">The project.</param>
    /// <param name="image">The image.</param>
    /// <exception cref="UnauthorizedAccessException">It is outside of the two folders.</exception>
    public static string PathOf(this ProjectFolder folder, ImageEntry image)
    {
        string start = image.IsAdded ? folder.Added : folder.Root;
        string full = Path.GetFullPath(Path.Combine(start, image.Path));
        return ProjectFolder.IsBelow(full, start)
            ? full
            : throw new UnauthorizedAccessException($"'{image.Path}' is outside of the project.");
    }
}
