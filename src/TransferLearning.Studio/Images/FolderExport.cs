namespace TransferLearning.Studio;

/// <summary>"Write to disk": a new folder with the images as they are labelled now, in <c>train|valid|test/CLASS</c>.</summary>
public static class FolderExport
{
    private static readonly Dictionary<Split, string> FolderNames =
        new() { [Split.Train] = "train", [Split.Validation] = "valid", [Split.Test] = "test" };

    /// <summary>Copies the images.</summary>
    /// <param name="project">The project.</param>
    /// <param name="target">The new folder, which is absent or empty, outside of the user's images or in the studio's folder.</param>
    /// <param name="progress">Receives the number of copied images.</param>
    /// <param name="cancellationToken">Stops; what was copied stays.</param>
    /// <returns>The number of copied images.</returns>
    /// <exception cref="IOException">The folder has content already, or cannot be written.</exception>
    public static async Task<int> WriteAsync(
        Project project, string target, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        target = Path.GetFullPath(target);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new IOException($"'{target}' is not empty; name a new folder.");
        var snapshot = project.Images.Now;
        ImageEntry[] images = [.. snapshot.Images.Where(image => image.IsUsed && image.Marks.Class is not null)];
        int done = 0;
        foreach (var image in images)
        {
            string folder = Path.Combine(target, FolderNames[image.Marks.Split], snapshot.NameOf(image.Marks.Class)!);
            Directory.CreateDirectory(folder);
            await using (var source = File.OpenRead(project.Folder.PathOf(image)))
            await using (var copy = new FileStream(FreeName(folder, image), FileMode.CreateNew))
                await source.CopyToAsync(copy, cancellationToken);
            progress?.Report(new TransferProgress(TransferStage.ReadDataset, ++done, images.Length));
        }

        return done;
    }

    /// <summary>Images of different folders may have the same name; the id tells them apart.</summary>
    private static string FreeName(string folder, ImageEntry image)
    {
        string path = Path.Combine(folder, image.Name);
        return File.Exists(path)
            ? Path.Combine(folder,
                FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(image.Name)}-{image.Id}{Path.GetExtension(image.Name)}"))
            : path;
    }
}
