namespace TransferLearning;

/// <summary>How bad a <see cref="DatasetFinding"/> is.</summary>
public enum FindingSeverity
{
    /// <summary>For information; nothing has to be done.</summary>
    Note,

    /// <summary>Training works, but the result is likely to be worse than necessary.</summary>
    Warning,

    /// <summary>Training fails, or its metrics cannot be trusted.</summary>
    Error,
}

/// <summary>What a <see cref="DatasetFinding"/> is about.</summary>
public enum DatasetFindingKind
{
    /// <summary>An image file that cannot be decoded completely: truncated, damaged or too large.</summary>
    Undecodable,

    /// <summary>A file with an image extension that is not an image, is empty, or cannot be read.</summary>
    NotAnImage,

    /// <summary>A link, folder or box, or an image outside of the class folders, that is left out of the dataset.</summary>
    LeftOut,

    /// <summary>The same file content in two splits.</summary>
    DuplicateAcrossSplits,

    /// <summary>The same image, encoded differently, in two splits.</summary>
    NearDuplicateAcrossSplits,

    /// <summary>The same image with different labels.</summary>
    ConflictingLabels,

    /// <summary>The same file content more than once in one split.</summary>
    Duplicate,

    /// <summary>The same image, encoded differently, in one split.</summary>
    NearDuplicate,

    /// <summary>Fewer than two classes.</summary>
    TooFewClasses,

    /// <summary>A class without training images.</summary>
    EmptyClass,

    /// <summary>A class with too few training images to learn from.</summary>
    FewImages,

    /// <summary>Class names that differ only in case, Unicode normalization, spaces at their ends or the mark of a copy.</summary>
    ClashingNames,

    /// <summary>A class that only the validation or test split contains.</summary>
    UnknownClass,

    /// <summary>A class without images in the validation or test split.</summary>
    MissingFromSplit,

    /// <summary>Classes with very different numbers of training images.</summary>
    Imbalance,

    /// <summary>Images that are stored rotated or mirrored, as their EXIF tag says.</summary>
    Rotated,

    /// <summary>Files of several images, of which the first one is used.</summary>
    SeveralPages,

    /// <summary>Images with very few pixels.</summary>
    Tiny,

    /// <summary>Images that are much wider than tall, or the reverse.</summary>
    ExtremeAspect,

    /// <summary>Images much longer on one side than on the other, of which the centre crop of preprocessing loses a part.</summary>
    CroppedArea,

    /// <summary>Images of one colour, or almost.</summary>
    Blank,

    /// <summary>Images that are much less sharp than the others.</summary>
    Blurred,

    /// <summary>Series of similar images, which a random split would divide.</summary>
    LikelySeries,

    /// <summary>Images that belong together in two splits.</summary>
    GroupAcrossSplits,

    /// <summary>All training images of a class belong to one group, so that none of them is held out while a head is fitted.</summary>
    SingleGroup,
}

/// <summary>Something about a dataset that its owner should know.</summary>
public sealed record DatasetFinding
{
    /// <summary>What it is about.</summary>
    public required DatasetFindingKind Kind { get; init; }

    /// <summary>How bad it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>The full paths of the files or folders, in the order of the dataset; duplicates form one group.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>A sentence that says what was found.</summary>
    public required string Message { get; init; }

    /// <summary>A sentence that says what to do about it.</summary>
    public required string Remedy { get; init; }
}
