namespace TransferLearning;

/// <summary>Finds images whose classes are in their names or paths, with or without split folders around them.</summary>
/// <param name="walk">Lists the folder.</param>
/// <param name="options">How to split, and what belongs together.</param>
/// <param name="reading">Receives images without a class, and stops the reading.</param>
internal sealed class NamedImages(FolderWalk walk, ImageFolderOptions options, DatasetReading reading)
{
    private readonly PathPattern? _groups = options.GroupPattern is { } pattern ? new PathPattern(pattern) : null;

    /// <summary>Finds the images.</summary>
    /// <param name="labels">Finds the class in a path.</param>
    /// <exception cref="DatasetException">No image has a class.</exception>
    public FolderContent Find(PathPattern labels)
    {
        var filter = new ImageFilter(reading);
        var splits = SplitFolders();
        var images = new List<FolderImage>();
        var classes = new Dictionary<DatasetPart, string[]>();
        var unlabelled = new List<LayoutFolder>();
        foreach (var (folder, part) in splits)
        {
            var found = filter.Among(walk.FilesBelow(folder.Path)).Select(file => Labelled(file, folder, part, labels)).ToList();
            string[] names =
            [
                .. found.Select(image => image.Class).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)
                    .Order(NaturalOrder.Comparer),
            ];
            if (part == DatasetPart.Test
                && !names.Intersect(classes.GetValueOrDefault(DatasetPart.Train, []), StringComparer.Ordinal).Any())
            {
                unlabelled.Add(folder);
                continue;
            }

            classes[part] = names;
            images.AddRange(found.Where(image => image.Class.Length > 0));
            ReportWithoutLabel(found, folder);
        }

        return new FolderContent(
            FoundLayout.OfNames(walk, options, [.. splits.Where(split => !unlabelled.Contains(split.Folder))], unlabelled, classes),
            images,
            classes);
    }

    private FolderImage Labelled(FoundFile file, LayoutFolder folder, DatasetPart part, PathPattern labels)
    {
        string key = FolderWalk.KeyOf(folder.Path, file.Path);
        string label = labels.Find(key)?.Trim() ?? "";
        return new FolderImage(file with { Group = _groups?.Find($"{label}/{key}") }, label, part);
    }

    private void ReportWithoutLabel(List<FolderImage> images, LayoutFolder folder)
    {
        string[] without = [.. images.Where(image => image.Class.Length == 0).Select(image => image.File.Path)];
        if (without.Length > 0 && without.Length == images.Count)
        {
            throw new DatasetException(
                $"'{options.LabelPattern}' finds no class in the names in '{folder.Path}', for instance in " +
                $"'{Path.GetFileName(without[0])}'; " +
                    "correct the pattern.", reading.Problems);
        }

        foreach (string path in without)
            reading.Report(DatasetProblemKind.NoLabel, path, $"'{options.LabelPattern}' finds no class in '{path}'; it is left out.");
    }

    /// <summary>The split folders if there is a train folder and another one or nothing else, otherwise the folder itself.</summary>
    private List<(LayoutFolder Folder, DatasetPart Part)> SplitFolders()
    {
        var root = new LayoutFolder(walk.Root, walk);
        var filled = root.Filled;
        var named = filled.Where(folder => folder.Split is { Rest: "" }).OrderBy(folder => folder.Split!.Value.Part).ToList();
        bool isSplit = options.Interpretation != FolderInterpretation.Classes
            && root.Images == 0
            && named.Count(folder => folder.Split!.Value.Part == DatasetPart.Train) == 1
            && named.DistinctBy(folder => folder.Split!.Value.Part).Count() == named.Count;
        return isSplit
            ? [.. named.Select(folder => (folder, folder.Split!.Value.Part))]
            : [(root, DatasetPart.Train)];
    }
}
