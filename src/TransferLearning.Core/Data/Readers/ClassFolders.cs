namespace TransferLearning;

/// <summary>Lists the images of class folders one by one, without making a dataset of them.</summary>
internal static class ClassFolders
{
    /// <summary>Throws where the folders directly in a folder are no classes.</summary>
    /// <param name="root">The full path of the folder.</param>
    /// <exception cref="DatasetException">There are none, or they are splits, whose names would be taken for those of classes.</exception>
    public static void ThrowIfSplit(string root)
    {
        var problems = new List<DatasetProblem>();
        var layout = FolderLayout.Find(root, new FolderWalk(root, problems, CancellationToken.None), problems);
        if (layout.Train != root)
            throw new DatasetException($"'{root}' is split; give the folder of one split, for instance '{layout.Train}'.");
    }

    /// <summary>The images below a folder with the name of the class folder that each lies in; one class is listed at a time.</summary>
    /// <param name="root">The full path of the folder.</param>
    public static IEnumerable<(string Path, string Label)> Images(string root)
    {
        var problems = new List<DatasetProblem>();
        var filter = new ImageFilter(problems);
        var walk = new FolderWalk(root, problems, CancellationToken.None);
        foreach (string folder in walk.Folders(root))
        {
            foreach (var file in walk.FilesBelow(folder).Where(filter.Accepts))
                yield return (file.Path, Path.GetFileName(folder));
        }
    }
}
