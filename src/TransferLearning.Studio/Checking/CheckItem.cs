namespace TransferLearning.Studio;

/// <summary>What a finding is about, as far as it decides what can be done about it; the most certain ones first, as on the page.</summary>
public enum CheckKind
{
    Damaged,
    Blank,
    ConflictingLabels,
    Leak,
    Duplicate,
    Blurred,
    Other,
    WrongLabel,
}

/// <summary>Something that was found about images.</summary>
public sealed record CheckItem
{
    public required CheckKind Kind { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required string Message { get; init; }

    /// <summary>The ids of the images; empty for what is about a class.</summary>
    public IReadOnlyList<int> Images { get; init; } = [];

    /// <summary>For a suspected label: the class that it had when it was checked.</summary>
    public int? Labelled { get; init; }

    /// <summary>For a suspected label: the class that all other images suggest.</summary>
    public int? Suggested { get; init; }

    /// <summary>For a suspected label: whether the other images leave it next to no probability.</summary>
    public bool IsStrong { get; init; }

    /// <summary>The images that it still is about; empty when it is settled, by a remedy or by hand.</summary>
    public ImageEntry[] Open(CatalogSnapshot snapshot)
    {
        ImageEntry[] used = [.. Images.Select(snapshot.Find).OfType<ImageEntry>().Where(image => image.IsUsed)];
        // Of the same image the one with the plainest name is kept: 'a.jpg' before 'a (1).jpg'.
        if (Kind == CheckKind.Duplicate)
            used = [.. used.OrderBy(image => image.Name.Length).ThenBy(image => image.Id)];
        bool isOpen = Kind switch
        {
            CheckKind.WrongLabel => used is [var only] && only.Marks.Class == Labelled
                && !snapshot.Kept.Contains(new KeptLabel(only.Id, Labelled)),
            CheckKind.ConflictingLabels => used.Select(image => image.Marks.Class).Distinct().Count() > 1,
            CheckKind.Leak => used.Select(image => image.Marks.Split).Distinct().Count() > 1,
            CheckKind.Duplicate => used.Length > 1,
            _ => used.Length > 0,
        };
        return isOpen ? used : [];
    }
}
