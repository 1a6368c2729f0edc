namespace TransferLearning;

/// <summary>What is the matter with a file, folder or class of a dataset.</summary>
public enum DatasetProblemKind
{
    /// <summary>The file is empty, or is no regular file (a pipe, socket or device); it is left out.</summary>
    EmptyFile,

    /// <summary>The file has the extension of an image, but its first bytes are not of a format that can be decoded; it is left out.</summary>
    UnsupportedFormat,

    /// <summary>The file cannot be opened: no permission, gone, or a name that is not valid text; it is left out.</summary>
    UnreadableFile,

    /// <summary>The folder cannot be listed: no permission, gone, or a name that is not valid text; it is left out.</summary>
    UnreadableFolder,

    /// <summary>A link that leads out of the dataset, to a folder, or nowhere; it is left out.</summary>
    SkippedLink,

    /// <summary>A folder beside the split folders that is no split; it is left out.</summary>
    IgnoredFolder,

    /// <summary>Images that lie beside the class folders and so belong to no class; they are left out.</summary>
    OutsideClassFolders,

    /// <summary>A box without area or outside of its image; it is left out.</summary>
    InvalidBox,

    /// <summary>A box that is there twice with the same class; one of them is left out.</summary>
    RepeatedBox,

    /// <summary>A class of which a split has no image, so that nothing can be said of it there.</summary>
    MissingFromSplit,

    /// <summary>The same image is in two splits, so that measurements on the later one are too good.</summary>
    DuplicateAcrossSplits,

    /// <summary>The same image has different labels.</summary>
    ConflictingLabels,
}

/// <summary>Something in a dataset that does not stop the work but that its owner should know.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="Path">The full path of the file or folder.</param>
/// <param name="Message">A sentence that names the thing and says what was done about it.</param>
public sealed record DatasetProblem(DatasetProblemKind Kind, string Path, string Message);
