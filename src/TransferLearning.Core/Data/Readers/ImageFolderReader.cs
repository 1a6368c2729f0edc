namespace TransferLearning;

/// <summary>Reads class folders, with or without split folders.</summary>
/// <param name="root">The full path of the dataset.</param>
/// <param name="options">How to split.</param>
/// <param name="reading">Receives what is left out, and stops the reading.</param>
internal sealed class ImageFolderReader(string root, ImageFolderOptions options, DatasetReading reading)
{
    /// <summary>Reads the folder.</summary>
    /// <exception cref="DatasetException">The folder does not exist or is not a usable dataset.</exception>
    public ImageDataset Read()
    {
        DatasetFolder.Require(root, "the class folders");
        var walk = new FolderWalk(root, reading);
        var layout = FolderLayout.Find(root, walk, reading);
        var train = ReadClasses(layout.Train, walk);
        var validation = layout.Validation is null ? null : ReadClasses(layout.Validation, walk);
        var test = layout.Test is null ? null : ReadClasses(layout.Test, walk);
        ClassNames.ThrowIfAmbiguous(
            ((IEnumerable<ClassFolder>)[.. train, .. validation ?? [], .. test ?? []]).Select(folder => folder.Name), root);

        string[] classes = [.. train.Select(folder => folder.Name)];
        var builder = new DatasetBuilder(Path.GetFileName(root), root, options, reading);
        foreach (var (label, folder) in train.Index())
        {
            foreach (var file in folder.Images)
                builder.Add(file, label, DatasetPart.Train);
        }

        AddSplit(builder, classes, layout.Validation, validation, DatasetPart.Validation, layout.Train);
        AddSplit(builder, classes, layout.Test, test, DatasetPart.Test, layout.Train);
        return builder.Build(classes, splitValidation: validation is null, splitTest: test is null);
    }

    /// <summary>Reports images beside the class folders.</summary>
    public static void ReportLooseImages(string folder, FolderWalk walk, DatasetReading reading)
    {
        int loose = walk.FileNames(folder).Count(ImageFormats.HasImageExtension);
        if (loose > 0)
        {
            string message = FormattableString.Invariant(
                $"{loose} images directly in '{folder}' are in no class folder; they are left out.");
            reading.Report(DatasetProblemKind.OutsideClassFolders, folder, message);
        }
    }

    private List<ClassFolder> ReadClasses(string folder, FolderWalk walk)
    {
        ReportLooseImages(folder, walk, reading);
        var filter = new ImageFilter(reading);
        return
        [
            .. walk.Folders(folder)
                .Select(path => new ClassFolder(Path.GetFileName(path), [.. walk.FilesBelow(path).Where(filter.Accepts)])),
        ];
    }

    private void AddSplit(
        DatasetBuilder builder, string[] classes, string? path, List<ClassFolder>? folders, DatasetPart part, string trainPath)
    {
        if (path is null || folders is null)
            return;
        if (folders.All(folder => folder.Images.Count == 0))
        {
            throw new DatasetException(
                $"'{path}' has no class folders with images; add images, or remove it so that the split is taken from the training " +
                    "images.", reading.Problems);
        }

        var unknown = folders.Where(folder => folder.Images.Count > 0 && !classes.Contains(folder.Name, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            throw new DatasetException(
                $"'{path}' has classes that '{trainPath}' does not have: {ClassNames.List(unknown.Select(folder => folder.Name))}. " +
                $"The training classes are {ClassNames.List(classes)}. Rename or remove the folders.",
                reading.Problems);
        }

        foreach (var folder in folders)
        {
            int label = Array.IndexOf(classes, folder.Name);
            foreach (var file in folder.Images)
                builder.Add(file, label, part);
        }
    }

    private sealed record ClassFolder(string Name, List<FoundFile> Images);
}
