namespace TransferLearning.Studio;

/// <summary>Which images the grid shows.</summary>
public sealed record ImageQuery
{
    /// <summary>Stands for images without a class.</summary>
    public const int Unlabelled = -1;

    /// <summary>The class; null for all, <see cref="Unlabelled"/> for none.</summary>
    public int? Class { get; init; }

    public Split? Split { get; init; }

    /// <summary>Only what is excluded, instead of only what is used.</summary>
    public bool Excluded { get; init; }

    /// <summary>A part of the path; empty for any.</summary>
    public string Text { get; init; } = "";

    public ImageEntry[] Run(CatalogSnapshot snapshot) => [.. snapshot.Images.Where(Accepts)];

    private bool Accepts(ImageEntry image) =>
        image.Marks.State == (Excluded ? ImageState.Excluded : ImageState.Used)
        && (Class is null || image.Marks.Class == (Class == Unlabelled ? null : Class))
        && (Split is null || image.Marks.Split == Split)
        && (Text.Length == 0 || image.Origin.Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How many images there are of each kind.</summary>
public sealed record ImageCounts
{
    public required int Used { get; init; }

    public required int Excluded { get; init; }

    public required int Unlabelled { get; init; }

    /// <summary>Labelled images by split.</summary>
    public required IReadOnlyDictionary<Split, int> Splits { get; init; }

    /// <summary>Used images by the id of their class.</summary>
    public required IReadOnlyDictionary<int, int> Classes { get; init; }

    /// <summary>How many classes have used images.</summary>
    public int UsedClasses => Classes.Values.Count(count => count > 0);

    public static ImageCounts Of(CatalogSnapshot snapshot)
    {
        int used = 0, excluded = 0, unlabelled = 0;
        var splits = Enum.GetValues<Split>().ToDictionary(split => split, _ => 0);
        var classes = snapshot.Classes.ToDictionary(known => known.Id, _ => 0);
        foreach (var image in snapshot.Images)
        {
            if (image.Marks.State == ImageState.Excluded)
                excluded++;
            if (!image.IsUsed)
                continue;
            used++;
            if (image.Marks.Class is { } id && classes.TryGetValue(id, out int count))
            {
                classes[id] = count + 1;
                splits[image.Marks.Split]++;
            }
            else
            {
                unlabelled++;
            }
        }

        return new ImageCounts { Used = used, Excluded = excluded, Unlabelled = unlabelled, Splits = splits, Classes = classes };
    }
}
