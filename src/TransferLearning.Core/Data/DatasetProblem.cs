namespace TransferLearning;

/// <summary>What is wrong with a file, folder or class of a dataset.</summary>
public enum DatasetProblemKind
{
    /// <summary>The file is empty, or is not a regular file (a pipe, socket or device); it is left out.</summary>
    EmptyFile,

    /// <summary>The file has the extension of an image, but its content is not in a format that can be decoded; it is left out.</summary>
    UnsupportedFormat,

    /// <summary>The file cannot be opened: no permission, gone, or a name that is not valid text; it is left out.</summary>
    UnreadableFile,

    /// <summary>The folder cannot be listed: no permission, gone, or a name that is not valid text; it is left out.</summary>
    UnreadableFolder,

    /// <summary>A symbolic link to a folder, to a file outside of the dataset, or to nothing; it is left out.</summary>
    SkippedLink,

    /// <summary>A folder without images or labels, or beside the split folders; it is left out.</summary>
    IgnoredFolder,

    /// <summary>Images beside the class folders, which belong to no class; they are left out.</summary>
    OutsideClassFolders,

    /// <summary>A box without area, or outside of its source image; it is left out.</summary>
    InvalidBox,

    /// <summary>A box that is listed twice with the same class; one of the two is left out.</summary>
    RepeatedBox,

    /// <summary>Rows of a table that name an image and its class again; the image is used once.</summary>
    RepeatedImage,

    /// <summary>Labels of a table that combine others, such as <c>cat|dog</c>.</summary>
    SeveralLabels,

    /// <summary>A class whose name is that of another with the mark of a copy, such as <c>cat (1)</c> beside <c>cat</c>.</summary>
    CopiedFolder,

    /// <summary>A split has no image of a class, so it cannot measure that class.</summary>
    MissingFromSplit,

    /// <summary>The same image is in two splits, so results on the later one are too optimistic.</summary>
    DuplicateAcrossSplits,

    /// <summary>The same image has different labels.</summary>
    ConflictingLabels,

    /// <summary>Images that belong together are in two splits, so results on the later one are too optimistic.</summary>
    GroupAcrossSplits,

    /// <summary>Names and content look like series of similar images, which should not be divided.</summary>
    LikelySeries,

    /// <summary>No class can be found in the name of an image; it is left out.</summary>
    NoLabel,

    /// <summary>All training images of a class belong to one group, so that none of them is held out while a head is fitted.</summary>
    SingleGroup,
}

/// <summary>Something wrong in a dataset that does not stop the reading.</summary>
public sealed record DatasetProblem
{
    /// <summary>What kind of problem it is.</summary>
    public required DatasetProblemKind Kind { get; init; }

    /// <summary>The full path of the file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>A sentence that names the file or folder and says how it was handled.</summary>
    public required string Message { get; init; }
}
