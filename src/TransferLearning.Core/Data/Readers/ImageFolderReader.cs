namespace TransferLearning;

/// <summary>Reads class folders, with or without split folders, or images with the class in their names.</summary>
/// <param name="root">The full path of the dataset.</param>
/// <param name="options">How to interpret and split.</param>
/// <param name="reading">Receives what is left out, and stops the reading.</param>
internal sealed class ImageFolderReader(string root, ImageFolderOptions options, DatasetReading reading)
{
    /// <summary>Reads the folder.</summary>
    /// <exception cref="DatasetException">The folder does not exist or is not a usable dataset.</exception>
    public ImageDataset Read()
    {
        DatasetFolder.Require(root, "the class folders");
        var walk = new FolderWalk(root, reading, options.FollowLinks);
        var content = options.LabelPattern is { } pattern
            ? new NamedImages(walk, options, reading).Find(new PathPattern(pattern))
            : ClassFolderImages.Find(walk, options, reading);
        bool isSplit = content.Classes(DatasetPart.Train).Length > 0;
        string[] classes = isSplit ? content.Classes(DatasetPart.Train) : content.AllClasses;
        ClassNames.ThrowIfAmbiguous(content.AllClasses, root);
        foreach (var part in (DatasetPart[])[DatasetPart.Validation, DatasetPart.Test])
            ThrowIfUnusable(content, part, classes);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var builder = new DatasetBuilder(Path.GetFileName(root), root, options, reading);
        foreach (var image in content.Images)
            builder.Add(image.File, labels[image.Class], image.Part);
        return builder.Build(
            classes,
            splitValidation: !content.HasFolder(DatasetPart.Validation),
            splitTest: !content.HasFolder(DatasetPart.Test),
            content.Layout.Explain());
    }

    private void ThrowIfUnusable(FolderContent content, DatasetPart part, string[] classes)
    {
        if (!content.HasFolder(part))
            return;
        string path = content.FolderOf(part);
        string[] found = content.Classes(part);
        if (found.Length == 0)
        {
            throw new DatasetException(
                $"'{path}' has no class folders with images; add images, or remove it so that the split is taken from the training " +
                    "images.", reading.Problems);
        }

        string[] unknown = [.. found.Where(name => !classes.Contains(name, StringComparer.Ordinal))];
        if (unknown.Length > 0)
        {
            throw new DatasetException(
                $"'{path}' has classes that '{content.FolderOf(DatasetPart.Train)}' does not have: {ClassNames.List(unknown)}. " +
                $"The training classes are {ClassNames.List(classes)}. Rename or remove the folders.",
                reading.Problems);
        }
    }
}
