namespace TransferLearning.Studio;

/// <summary>The labelled images of a project as the library's data set.</summary>
public static class ProjectDataset
{
    /// <summary>The data set at this moment.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="snapshot">Its images.</param>
    /// <exception cref="DatasetException">There are no two classes with images to train on.</exception>
    public static ImageDataset Of(ProjectFolder folder, CatalogSnapshot snapshot)
    {
        ImageEntry[] used = [.. snapshot.Images.Where(image => image.IsUsed && image.Marks.Class is not null)];
        var counts = used.Where(image => image.Marks.Split == Split.Train).CountBy(image => image.Marks.Class!.Value).ToDictionary();
        ImageClass[] classes = [.. snapshot.Classes.Where(known => counts.ContainsKey(known.Id))];
        if (classes.Length < 2)
            throw new DatasetException("Label training images of two classes at least.");
        var labels = classes.Select((known, index) => (known.Id, index)).ToDictionary(entry => entry.Id, entry => entry.index);
        string[] names = [.. classes.Select(known => known.Name)];
        LabeledImageSet Part(string name, Split split) => new(name, names, used
            .Where(image => image.Marks.Split == split && labels.ContainsKey(image.Marks.Class!.Value))
            .Select(image => new LabeledImage(folder.PathOf(image), labels[image.Marks.Class!.Value])));
        var train = Part("train", Split.Train);
        var validation = Part("validation", Split.Validation);
        var test = Part("test", Split.Test);
        var dataset = new ImageDataset(folder.Name, train, validation, test);
        // Without images to validate on nothing could be said about the result.
        return validation.Count > 0 || train.ClassCounts.Min() < 2
            ? dataset
            : WithValidation(dataset, test);
    }

    /// <summary>All labelled images as they are, for checks: a class may have one image, or only test images.</summary>
    public static ImageDataset ForCheck(ProjectFolder folder, CatalogSnapshot snapshot)
    {
        ImageEntry[] used = [.. snapshot.Images.Where(image => image.IsUsed && image.Marks.Class is not null)];
        var present = used.Select(image => image.Marks.Class!.Value).ToHashSet();
        ImageClass[] classes = [.. snapshot.Classes.Where(known => present.Contains(known.Id))];
        if (classes.Length == 0)
            throw new DatasetException("There are no labelled images to check.");
        var labels = classes.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        string[] names = [.. classes.Select(known => known.Name)];
        LabeledImageSet Part(Split split) => new(SplitNames.Of(split), names, used.Where(image => image.Marks.Split == split)
            .Select(image => new LabeledImage(folder.PathOf(image), labels[image.Marks.Class!.Value])));
        return new ImageDataset(folder.Name, Part(Split.Train), Part(Split.Validation), Part(Split.Test));
    }

    private static ImageDataset WithValidation(ImageDataset dataset, LabeledImageSet test)
    {
        var divided = new ImageDataset(dataset.Name, dataset.Train).Split(new ImageFolderOptions());
        return new ImageDataset(dataset.Name, divided.Train, divided.Validation, test);
    }
}
