namespace TransferLearning;

/// <summary>Reads class folders, in split folders or without, into a dataset.</summary>
/// <param name="root">The full path of the dataset.</param>
/// <param name="options">How to split what is not split.</param>
/// <param name="cancellationToken">Stops a long listing.</param>
internal sealed class ImageFolderReader(string root, ImageFolderOptions options, CancellationToken cancellationToken)
{
    private readonly List<DatasetProblem> _problems = [];

    /// <summary>Reads the folder.</summary>
    /// <exception cref="DatasetException">The folder does not exist or is not a usable dataset.</exception>
    public ImageDataset Read()
    {
        ThrowIfNoFolder(root);
        var walk = new FolderWalk(root, _problems, cancellationToken);
        var layout = FolderLayout.Find(root, walk, _problems);
        var train = ReadClasses(layout.Train, walk);
        var validation = layout.Validation is null ? null : ReadClasses(layout.Validation, walk);
        var test = layout.Test is null ? null : ReadClasses(layout.Test, walk);
        ClassNames.ThrowIfAmbiguous(((IEnumerable<ClassFolder>)[.. train, .. validation ?? [], .. test ?? []]).Select(folder => folder.Name), root);

        string[] classes = [.. train.Select(folder => folder.Name)];
        var builder = new DatasetBuilder(Path.GetFileName(root), root, options, _problems);
        foreach (var (folder, label) in train.Select((folder, label) => (folder, label)))
        {
            foreach (var file in folder.Images)
                builder.Add(file, label, DatasetPart.Train);
        }

        AddSplit(builder, classes, layout.Validation, validation, DatasetPart.Validation, layout.Train);
        AddSplit(builder, classes, layout.Test, test, DatasetPart.Test, layout.Train);
        return builder.Build(classes, splitValidation: validation is null, splitTest: test is null, cancellationToken);
    }

    /// <summary>Throws when there is no such folder.</summary>
    public static void ThrowIfNoFolder(string root)
    {
        if (Directory.Exists(root))
            return;
        string what = File.Exists(root) ? "is a file, not a folder" : "does not exist";
        throw new DatasetException($"'{root}' {what}; give the folder that holds the class folders.");
    }

    /// <summary>Reports images that lie beside the class folders.</summary>
    public static void ReportLooseImages(string folder, FolderWalk walk, List<DatasetProblem> problems)
    {
        int loose = walk.FileNames(folder).Count(ImageFormats.HasImageExtension);
        if (loose > 0)
        {
            problems.Add(new DatasetProblem(
                DatasetProblemKind.OutsideClassFolders,
                folder,
                FormattableString.Invariant($"{loose} images directly in '{folder}' belong to no class folder; they are left out.")));
        }
    }

    private List<ClassFolder> ReadClasses(string folder, FolderWalk walk)
    {
        ReportLooseImages(folder, walk, _problems);
        var filter = new ImageFilter(_problems);
        return [.. walk.Folders(folder).Select(path => new ClassFolder(Path.GetFileName(path), path, [.. walk.FilesBelow(path).Where(filter.Accepts)]))];
    }

    private void AddSplit(
        DatasetBuilder builder, string[] classes, string? path, List<ClassFolder>? folders, DatasetPart part, string trainPath)
    {
        if (path is null || folders is null)
            return;
        if (folders.All(folder => folder.Images.Count == 0))
        {
            throw new DatasetException(
                $"'{path}' has no class folders with images; fill it, or remove it so that the split is taken from the training images.", _problems);
        }

        var unknown = folders.Where(folder => folder.Images.Count > 0 && !classes.Contains(folder.Name, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            throw new DatasetException(
                $"'{path}' has classes that '{trainPath}' does not have: {ClassNames.List(unknown.Select(folder => folder.Name))}. " +
                $"The classes to learn are {ClassNames.List(classes)}. Rename or remove the folders.",
                _problems);
        }

        foreach (var folder in folders)
        {
            int label = Array.IndexOf(classes, folder.Name);
            foreach (var file in folder.Images)
                builder.Add(file, label, part);
        }
    }

    private sealed record ClassFolder(string Name, string Path, List<FoundFile> Images);
}
