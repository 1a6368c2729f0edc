namespace TransferLearning;

/// <summary>How bad a <see cref="DatasetFinding"/> is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>Training works, but the result is probably worse than it could be.</summary>
    Warning,

    /// <summary>Training stops, or its figures are not to be believed.</summary>
    Error,
}

/// <summary>What a <see cref="DatasetFinding"/> is about.</summary>
public enum DatasetFindingKind
{
    /// <summary>An image file that cannot be decoded to its end: cut off, damaged, too large.</summary>
    Undecodable,

    /// <summary>A file with the extension of an image whose content is none, or that is empty or cannot be read.</summary>
    NotAnImage,

    /// <summary>A link, folder or loose image that is left out of the dataset.</summary>
    LeftOut,

    /// <summary>The same bytes in two splits.</summary>
    DuplicateAcrossSplits,

    /// <summary>The same image, saved anew, in two splits.</summary>
    NearDuplicateAcrossSplits,

    /// <summary>The same image with different labels.</summary>
    ConflictingLabels,

    /// <summary>The same bytes more than once in one split.</summary>
    Duplicate,

    /// <summary>The same image, saved anew, in one split.</summary>
    NearDuplicate,

    /// <summary>Fewer than two classes.</summary>
    TooFewClasses,

    /// <summary>A class without training images.</summary>
    EmptyClass,

    /// <summary>A class with so few training images that hardly anything can be learned of it.</summary>
    FewImages,

    /// <summary>Class names that are equal but for case or Unicode form.</summary>
    ClashingNames,

    /// <summary>A class that only the validation or test split has.</summary>
    UnknownClass,

    /// <summary>A class of which the validation or test split has no image.</summary>
    MissingFromSplit,

    /// <summary>Classes with very different numbers of training images.</summary>
    Imbalance,

    /// <summary>Images that are stored turned or mirrored, with an EXIF tag that says so.</summary>
    Rotated,

    /// <summary>Images with very few pixels.</summary>
    Tiny,

    /// <summary>Images that are much wider than high, or the reverse.</summary>
    ExtremeAspect,
}

/// <summary>Something about a dataset that its owner should know.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Files">The files or folders, by full path, in the order of the dataset; duplicates are one group.</param>
/// <param name="Message">A sentence that says what was found.</param>
/// <param name="Remedy">A sentence that says what to do about it.</param>
public sealed record DatasetFinding(
    DatasetFindingKind Kind, FindingSeverity Severity, IReadOnlyList<string> Files, string Message, string Remedy);
