using System.Globalization;

namespace TransferLearning;

/// <summary>An image of a dataset that is examined.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Label">The index of its class.</param>
/// <param name="Part">Its split.</param>
internal readonly record struct InventoryImage(FoundFile File, int Label, DatasetPart Part);

/// <summary>
/// What a dataset consists of, whether one could learn from it or not: unlike the readers it refuses nothing but what is no dataset at all.
/// </summary>
/// <param name="Name">What the report calls the dataset.</param>
/// <param name="Path">The folder, or empty.</param>
/// <param name="Classes">The names of all classes.</param>
/// <param name="Images">The images, in the order of the dataset.</param>
/// <param name="Splits">The splits that the dataset comes with; one where there is only train.</param>
/// <param name="Problems">What was left out.</param>
internal sealed record DatasetInventory(
    string Name,
    string Path,
    IReadOnlyList<string> Classes,
    IReadOnlyList<InventoryImage> Images,
    IReadOnlySet<DatasetPart> Splits,
    IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>The folder of each class by its name, the one in train where there are several; empty for lists.</summary>
    public IReadOnlyDictionary<string, string> ClassFolders { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DatasetException">It does not exist or has no class folders.</exception>
    public static DatasetInventory Of(string root, CancellationToken cancellationToken)
    {
        ImageFolderReader.ThrowIfNoFolder(root);
        var problems = new List<DatasetProblem>();
        var walk = new FolderWalk(root, problems, cancellationToken);
        var layout = FolderLayout.Find(root, walk, problems);
        var folders = new List<(string Path, DatasetPart Part)>();
        foreach (var (split, part) in new[] { (layout.Train, DatasetPart.Train), (layout.Validation, DatasetPart.Validation), (layout.Test, DatasetPart.Test) })
        {
            if (split is null)
                continue;
            ImageFolderReader.ReportLooseImages(split, walk, problems);
            folders.AddRange(walk.Folders(split).Select(folder => (folder, part)));
        }

        string[] classes = [.. folders.Select(folder => System.IO.Path.GetFileName(folder.Path)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var filter = new ImageFilter(problems);
        var images = new List<InventoryImage>();
        foreach (var (path, part) in folders)
        {
            int label = labels[System.IO.Path.GetFileName(path)];
            images.AddRange(walk.FilesBelow(path).Where(filter.Accepts).Select(file => new InventoryImage(file, label, part)));
        }

        var splits = new HashSet<DatasetPart> { DatasetPart.Train };
        splits.UnionWith(folders.Select(folder => folder.Part));
        var classFolders = folders.DistinctBy(folder => System.IO.Path.GetFileName(folder.Path), StringComparer.Ordinal)
            .ToDictionary(folder => System.IO.Path.GetFileName(folder.Path), folder => folder.Path, StringComparer.Ordinal);
        return new DatasetInventory(System.IO.Path.GetFileName(root), root, classes, images, splits, problems) { ClassFolders = classFolders };
    }

    /// <summary>Lists a dataset that was read already.</summary>
    public static DatasetInventory Of(ImageDataset dataset)
    {
        var images = new List<InventoryImage>();
        var splits = new HashSet<DatasetPart> { DatasetPart.Train };
        foreach (var (set, part) in new[] { (dataset.Train, DatasetPart.Train), (dataset.Validation, DatasetPart.Validation), (dataset.Test, DatasetPart.Test) })
        {
            if (set.Count > 0)
                splits.Add(part);
            foreach (var image in set)
            {
                string key = images.Count.ToString(CultureInfo.InvariantCulture);
                images.Add(new InventoryImage(new FoundFile(image.Path, key, Length: 0, image.Content), image.Label, part));
            }
        }

        // What the reader says of duplicates and splits is found again, with more about it.
        var leftOut = dataset.Problems.Where(problem => problem.Kind < DatasetProblemKind.MissingFromSplit);
        return new DatasetInventory(dataset.Name, string.Empty, dataset.Classes, images, splits, [.. leftOut]);
    }
}
