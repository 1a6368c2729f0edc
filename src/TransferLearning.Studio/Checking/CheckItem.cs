namespace TransferLearning.Studio;

/// <summary>What a finding is about, as far as it decides what can be done about it.</summary>
public enum CheckKind
{
    WrongLabel,
    ConflictingLabels,
    Leak,
    Damaged,
    Blank,
    Duplicate,
    Other,
}

/// <summary>Something that was found about images.</summary>
public sealed record CheckItem
{
    public required CheckKind Kind { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required string Message { get; init; }

    public string Remedy { get; init; } = "";

    /// <summary>The ids of the images; empty for what is about a class.</summary>
    public IReadOnlyList<int> Images { get; init; } = [];

    /// <summary>For a suspected label: the class that it had when it was checked.</summary>
    public int? Labelled { get; init; }

    /// <summary>For a suspected label: the class that all other images suggest.</summary>
    public int? Suggested { get; init; }

    /// <summary>How probable the suggestion is, 0 to 1.</summary>
    public double Probability { get; init; }

    /// <summary>The images that it still is about; empty when it is settled, by a remedy or by hand.</summary>
    public ImageEntry[] Open(CatalogSnapshot snapshot)
    {
        ImageEntry[] used = [.. Images.Select(snapshot.Find).OfType<ImageEntry>().Where(image => image.IsUsed)];
        bool isOpen = Kind switch
        {
            CheckKind.WrongLabel => used is [var only] && only.Marks.Class == Labelled,
            CheckKind.ConflictingLabels => used.Select(image => image.Marks.Class).Distinct().Count() > 1,
            CheckKind.Leak => used.Select(image => image.Marks.Split).Distinct().Count() > 1,
            CheckKind.Duplicate => used.Length > 1,
            _ => used.Length > 0,
        };
        return isOpen ? used : [];
    }
}
