namespace TransferLearning;

/// <summary>How the folders of a dataset are interpreted.</summary>
public enum FolderInterpretation
{
    /// <summary>
    /// By their names and content; where these contradict each other, a <see cref="DatasetException"/> names the choices.
    /// </summary>
    Auto,

    /// <summary>Every subfolder is a class, whatever its name.</summary>
    Classes,

    /// <summary>Every subfolder whose name mentions training, validation or test is that split.</summary>
    Splits,
}

/// <summary>A split folder of a dataset.</summary>
public sealed record SplitFolder
{
    /// <summary>The split: train, validation or test.</summary>
    public required string Split { get; init; }

    /// <summary>Its folder relative to the dataset, with forward slashes; with a * where every class has its own.</summary>
    public required string Folder { get; init; }
}

/// <summary>A folder that does not belong to a dataset.</summary>
public sealed record LeftOutFolder
{
    /// <summary>The full path.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is left out, as a clause.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it is left out because nothing says which classes its images have.</summary>
    public bool IsUnlabelled { get; init; }

    /// <summary>Whether there are images in it or below it.</summary>
    internal bool HasImages { get; init; }
}

/// <summary>What the folders of a dataset were taken for, and why.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record FolderLayout
{
    private const int MostNames = 6;

    /// <summary>The folder that contains the splits or classes; it may be below the one that was given.</summary>
    public required string Root { get; init; }

    /// <summary>The split folders; empty for class folders without splits.</summary>
    public required IReadOnlyList<SplitFolder> Splits { get; init; }

    /// <summary>The names of the classes, in natural order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The folders that were left out.</summary>
    public required IReadOnlyList<LeftOutFolder> LeftOut { get; init; }

    /// <summary>
    /// The explanation: two or three sentences that say what was recognised as splits and classes, and what was left out.
    /// </summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The lines of the explanation.</summary>
    public override string ToString() => string.Join('\n', Lines);

    /// <summary>The first few names in quotes, and the number of the others.</summary>
    internal static string Some(IReadOnlyList<string> names) => names.Count <= MostNames
        ? ClassNames.List(names)
        : FormattableString.Invariant($"{ClassNames.List(names.Take(MostNames - 1))} and {names.Count - MostNames + 1} more");
}
