namespace TransferLearning;

/// <summary>An image of a folder.</summary>
/// <param name="File">The file.</param>
/// <param name="Class">The name of its class.</param>
/// <param name="Part">Its split.</param>
internal readonly record struct FolderImage(FoundFile File, string Class, DatasetPart Part);

/// <summary>The images of a folder, with their classes and splits.</summary>
/// <param name="Layout">What the folders were taken for.</param>
/// <param name="Images">The images.</param>
/// <param name="ClassNames">The names of the classes of each split, in natural order; a class may be without images.</param>
internal sealed record FolderContent(
    FoundLayout Layout, IReadOnlyList<FolderImage> Images, IReadOnlyDictionary<DatasetPart, string[]> ClassNames)
{
    /// <summary>The names of all classes, in natural order.</summary>
    public string[] AllClasses =>
        [.. ClassNames.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];

    /// <summary>Whether there is a folder for a split.</summary>
    public bool HasFolder(DatasetPart part) => ClassNames.ContainsKey(part);

    /// <summary>The names of the classes of a split: for train those of its folders, for other splits those that have images.</summary>
    public string[] Classes(DatasetPart part) => ClassNames.GetValueOrDefault(part, []);

    /// <summary>The folder of a split for messages.</summary>
    public string FolderOf(DatasetPart part) => Layout.FolderOf(part);
}
