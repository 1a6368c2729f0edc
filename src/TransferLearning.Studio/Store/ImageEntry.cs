namespace TransferLearning.Studio;

/// <summary>What an image is used for.</summary>
public enum Split
{
    Train,
    Validation,
    Test,
}

/// <summary>Whether an image takes part.</summary>
public enum ImageState
{
    Used,

    /// <summary>Left out by the user; shown on request.</summary>
    Excluded,

    /// <summary>Its addition was undone, or its file has vanished; shown nowhere.</summary>
    Removed,
}

/// <summary>What the user decides about an image.</summary>
/// <param name="Class">The id of its class; null while it has none.</param>
/// <param name="Split">What it is used for.</param>
/// <param name="State">Whether it takes part.</param>
public readonly record struct ImageMarks(int? Class, Split Split, ImageState State);

/// <summary>An image of the project. Immutable: a change makes another entry.</summary>
public sealed record ImageEntry
{
    public required int Id { get; init; }

    /// <summary>The path below the user's folder, or below that of added images, with forward slashes.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it was added in the studio, and lies in the studio's folder.</summary>
    public bool IsAdded { get; init; }

    public required long Bytes { get; init; }

    public required long ModifiedTicks { get; init; }

    /// <summary>The hash of the content.</summary>
    public required ContentId Hash { get; init; }

    public required ImageMarks Marks { get; init; }

    /// <summary>What an image that was added was called; null for one of the user's folder.</summary>
    public string? GivenName { get; init; }

    public string Name => GivenName ?? System.IO.Path.GetFileName(Path);

    /// <summary>By what the user finds it again: its path below the user's folder, or the name it was added with.</summary>
    public string Origin => GivenName ?? Path;

    public bool IsUsed => Marks.State == ImageState.Used;
}

/// <summary>A class of the project.</summary>
/// <param name="Id">Its key in the database.</param>
/// <param name="Name">Its name.</param>
public sealed record ImageClass(int Id, string Name);

/// <summary>All images and classes at one moment, for any number of readers.</summary>
/// <param name="Images">The images, by id.</param>
/// <param name="Classes">The classes, by name.</param>
public sealed record CatalogSnapshot(ImageEntry[] Images, ImageClass[] Classes)
{
    /// <summary>The labels that the user has looked at and found right.</summary>
    public IReadOnlySet<KeptLabel> Kept { get; init; } = new HashSet<KeptLabel>();

    public ImageEntry? Find(int id)
    {
        int index = IndexOf(id);
        return index < 0 ? null : Images[index];
    }

    public int IndexOf(int id)
    {
        // Ids are given in sequence and rows are never deleted: the image is at its place or, with gaps, before it.
        int low = 0, high = Math.Min(Images.Length - 1, id - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Images[middle].Id == id)
                return middle;
            if (Images[middle].Id < id)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    public string? NameOf(int? classId) => classId is { } id ? Array.Find(Classes, known => known.Id == id)?.Name : null;
}
