using System.Globalization;

namespace TransferLearning;

/// <summary>An image of a dataset that is checked.</summary>
/// <param name="File">Its file.</param>
/// <param name="Label">The index of its class.</param>
/// <param name="Part">Its split.</param>
internal readonly record struct InventoryImage(FoundFile File, int Label, DatasetPart Part);

/// <summary>
/// The content of a dataset, usable for training or not: unlike the readers, it refuses only a folder that is not a dataset at all.
/// </summary>
/// <param name="Name">The name of the dataset for the report.</param>
/// <param name="Path">The folder, or empty.</param>
/// <param name="Classes">The names of all classes.</param>
/// <param name="Images">The images, in the order of the dataset.</param>
/// <param name="Splits">The splits of the dataset; one if there is only train.</param>
/// <param name="Problems">What was left out.</param>
internal sealed record DatasetInventory(
    string Name,
    string Path,
    IReadOnlyList<string> Classes,
    IReadOnlyList<InventoryImage> Images,
    IReadOnlySet<DatasetPart> Splits,
    IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>The folder of each class by its name, the one in train if there are several; empty for lists.</summary>
    public IReadOnlyDictionary<string, string> ClassFolders { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the folders were taken for; null for a dataset that does not come from a folder.</summary>
    public FolderLayout? Layout { get; init; }

    /// <summary>Whether the caller said what images belong together.</summary>
    public bool IsGrouped { get; init; }

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DatasetException">It does not exist or has no class folders.</exception>
    public static DatasetInventory Of(string root, ImageFolderOptions options, DatasetReading reading)
    {
        DatasetFolder.Require(root, "the class folders");
        var walk = new FolderWalk(root, reading, options.FollowLinks);
        var content = options.LabelPattern is { } pattern
            ? new NamedImages(walk, options, reading).Find(new PathPattern(pattern))
            : ClassFolderImages.Find(walk, options, reading);
        DatasetBuilder.ThrowIfNoGroups(
            options.GroupPattern, [.. content.Images.Select(image => image.File)], System.IO.Path.GetFileName(root), reading.Problems);
        string[] classes = content.Layout.Classes;
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var folders = content.Layout.Folders;
        var splits = new HashSet<DatasetPart> { DatasetPart.Train };
        splits.UnionWith(folders.Select(folder => folder.Part));
        var (names, explained) = ClassNameFile.Apply(classes, content.Layout.Explain(), options.ClassNamesFile);
        return new DatasetInventory(
            System.IO.Path.GetFileName(root),
            root,
            names,
            [.. content.Images.Select(image => new InventoryImage(image.File, labels[image.Class], image.Part))],
            splits,
            reading.Problems)
        {
            ClassFolders = folders.DistinctBy(folder => folder.Class, StringComparer.Ordinal)
                .ToDictionary(folder => names[labels[folder.Class]], folder => folder.Path, StringComparer.Ordinal),
            Layout = explained,
            IsGrouped = options.GroupPattern is not null,
        };
    }

    /// <summary>Lists a dataset that was read already.</summary>
    public static DatasetInventory Of(ImageDataset dataset)
    {
        var images = new List<InventoryImage>();
        var splits = new HashSet<DatasetPart> { DatasetPart.Train };
        (LabeledImageSet Set, DatasetPart Part)[] sets =
            [(dataset.Train, DatasetPart.Train), (dataset.Validation, DatasetPart.Validation), (dataset.Test, DatasetPart.Test)];
        foreach (var (set, part) in sets)
        {
            if (set.Count > 0)
                splits.Add(part);
            foreach (var image in set)
            {
                string key = images.Count.ToString(CultureInfo.InvariantCulture);
                images.Add(new InventoryImage(
                    new FoundFile(image.Path, key, Length: 0, image.Content) { Group = image.Group }, image.Label, part));
            }
        }

        // The check finds duplicates and missing classes itself, with more detail than the reader.
        var leftOut = dataset.Problems.Where(problem => problem.Kind < DatasetProblemKind.MissingFromSplit);
        return new DatasetInventory(dataset.Name, string.Empty, dataset.Classes, images, splits, [.. leftOut])
        {
            Layout = dataset.Layout,
            IsGrouped = dataset.All.Any(image => image.Group is not null),
        };
    }
}
