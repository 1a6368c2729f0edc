namespace TransferLearning;

/// <summary>Lists the images of class folders one by one, without building a dataset.</summary>
internal static class ClassFolders
{
    /// <summary>What the subfolders of a folder are. Throws when they are not classes.</summary>
    /// <param name="root">The full path of the folder.</param>
    /// <exception cref="DatasetException">The folder does not exist, has no subfolders, or they are splits.</exception>
    public static FolderLayout Require(string root)
    {
        var layout = Find(root);
        return layout.Splits.Count == 0
            ? layout
            : throw new DatasetException(
                $"'{root}' is split; give the folder of one split, for instance '{Path.Combine(root, layout.Splits[0].Folder)}'.");
    }

    /// <summary>The images below a folder, each with the name of its class folder; one class is listed at a time.</summary>
    /// <param name="root">The full path of the folder.</param>
    public static IEnumerable<(string Path, string Label)> Images(string root)
    {
        var reading = new DatasetReading(progress: null, CancellationToken.None);
        var walk = new FolderWalk(root, reading);
        var filter = new ImageFilter(reading);
        foreach (var folder in new LayoutFinder(walk, Options, reading).Find().Folders)
        {
            foreach (var file in filter.Among(walk.FilesBelow(folder.Path)))
                yield return (file.Path, folder.Class);
        }
    }

    private static FolderLayout Find(string root)
    {
        DatasetFolder.Require(root, "the class folders");
        var reading = new DatasetReading(progress: null, CancellationToken.None);
        return new LayoutFinder(new FolderWalk(root, reading), Options, reading).Find().Explain();
    }

    private static ImageFolderOptions Options { get; } = new() { ForTraining = false };
}
