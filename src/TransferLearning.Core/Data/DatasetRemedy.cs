namespace TransferLearning;

/// <summary>A way to read a folder that cannot be read as it is.</summary>
public enum DatasetRemedyKind
{
    /// <summary>Read another folder: <see cref="DatasetRemedy.Value"/>.</summary>
    ReadFolder,

    /// <summary>Take the labels from file names: <see cref="ImageFolderOptions.LabelPattern"/>.</summary>
    LabelPattern,

    /// <summary>Read the labels from a table: <see cref="ImageDataset.FromCsv"/>.</summary>
    ReadTable,

    /// <summary>Follow links to other places: <see cref="ImageFolderOptions.FollowLinks"/>.</summary>
    FollowLinks,

    /// <summary>Take every subfolder for a class: <see cref="FolderInterpretation.Classes"/>.</summary>
    ReadAsClasses,

    /// <summary>Take the subfolders for splits: <see cref="FolderInterpretation.Splits"/>.</summary>
    ReadAsSplits,
}

/// <summary>A way to read a folder that cannot be read as it is.</summary>
public sealed record DatasetRemedy
{
    /// <summary>What to do.</summary>
    public required DatasetRemedyKind Kind { get; init; }

    /// <summary>The folder, pattern or table; empty where there is none.</summary>
    public string Value { get; init; } = "";

    /// <summary>The folder of the images of a table; empty for other remedies.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The remedy as a sentence for a programmer.</summary>
    public override string ToString() => Kind switch
    {
        DatasetRemedyKind.ReadFolder => $"Read the folder '{Value}'.",
        DatasetRemedyKind.LabelPattern =>
            $"Set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.LabelPattern)} to \"{Value}\" to take the labels from the names.",
        DatasetRemedyKind.ReadTable =>
            $"Read the labels from the table with {nameof(ImageDataset.FromCsv)}(\"{Value}\"), with " +
            $"{nameof(CsvDatasetOptions)}.{nameof(CsvDatasetOptions.ImageFolder)} set to \"{Folder}\".",
        DatasetRemedyKind.FollowLinks => $"Set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.FollowLinks)} to follow them.",
        DatasetRemedyKind.ReadAsSplits => $"If they are splits, set {Interpretation} to {nameof(FolderInterpretation.Splits)}.",
        _ => $"If the outermost folders are the classes, set {Interpretation} to {nameof(FolderInterpretation.Classes)}.",
    };

    private static string Interpretation => $"{nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.Interpretation)}";
}
