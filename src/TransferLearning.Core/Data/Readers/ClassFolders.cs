namespace TransferLearning;

/// <summary>Lists the images of class folders one by one, without building a dataset.</summary>
internal static class ClassFolders
{
    /// <summary>Throws when the subfolders of a folder are not classes.</summary>
    /// <param name="root">The full path of the folder.</param>
    /// <exception cref="DatasetException">The folder does not exist, has no subfolders, or they are splits.</exception>
    public static void Require(string root)
    {
        DatasetFolder.Require(root, "the class folders");
        var reading = new DatasetReading(progress: null, CancellationToken.None);
        var layout = FolderLayout.Find(root, new FolderWalk(root, reading), reading);
        if (layout.Train != root)
            throw new DatasetException($"'{root}' is split; give the folder of one split, for instance '{layout.Train}'.");
    }

    /// <summary>The images below a folder, each with the name of its class folder; one class is listed at a time.</summary>
    /// <param name="root">The full path of the folder.</param>
    public static IEnumerable<(string Path, string Label)> Images(string root)
    {
        var reading = new DatasetReading(progress: null, CancellationToken.None);
        var filter = new ImageFilter(reading);
        var walk = new FolderWalk(root, reading);
        foreach (string folder in walk.Folders(root))
        {
            foreach (var file in walk.FilesBelow(folder).Where(filter.Accepts))
                yield return (file.Path, Path.GetFileName(folder));
        }
    }
}
