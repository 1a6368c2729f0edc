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

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DatasetException">It does not exist or has no class folders.</exception>
    public static DatasetInventory Of(string root, DatasetReading reading)
    {
        DatasetFolder.Require(root, "the class folders");
        var walk = new FolderWalk(root, reading);
        var layout = FolderLayout.Find(root, walk, reading);
        var folders = new List<(string Path, string Class, DatasetPart Part)>();
        (string? Folder, DatasetPart Part)[] parts =
            [(layout.Train, DatasetPart.Train), (layout.Validation, DatasetPart.Validation), (layout.Test, DatasetPart.Test)];
        foreach (var (split, part) in parts)
        {
            if (split is null)
                continue;
            ImageFolderReader.ReportLooseImages(split, walk, reading);
            folders.AddRange(walk.Folders(split).Select(folder => (folder, System.IO.Path.GetFileName(folder), part)));
        }

        string[] classes = [.. folders.Select(folder => folder.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var filter = new ImageFilter(reading);
        var images = new List<InventoryImage>();
        foreach (var (path, name, part) in folders)
            images.AddRange(walk.FilesBelow(path).Where(filter.Accepts).Select(file => new InventoryImage(file, labels[name], part)));

        var splits = new HashSet<DatasetPart> { DatasetPart.Train };
        splits.UnionWith(folders.Select(folder => folder.Part));
        var classFolders = folders.DistinctBy(folder => folder.Class, StringComparer.Ordinal)
            .ToDictionary(folder => folder.Class, folder => folder.Path, StringComparer.Ordinal);
        return new DatasetInventory(System.IO.Path.GetFileName(root), root, classes, images, splits, reading.Problems)
        {
            ClassFolders = classFolders,
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
                images.Add(new InventoryImage(new FoundFile(image.Path, key, Length: 0, image.Content), image.Label, part));
            }
        }

        // The check finds duplicates and missing classes itself, with more detail than the reader.
        var leftOut = dataset.Problems.Where(problem => problem.Kind < DatasetProblemKind.MissingFromSplit);
        return new DatasetInventory(dataset.Name, string.Empty, dataset.Classes, images, splits, [.. leftOut]);
    }
}
