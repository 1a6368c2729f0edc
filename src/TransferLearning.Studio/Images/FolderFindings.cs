namespace TransferLearning.Studio;

/// <summary>An image that was found in the user's folder and is not in the catalog.</summary>
/// <param name="Path">Its path below the folder.</param>
/// <param name="Class">The name of its class; null if it has none.</param>
/// <param name="Split">What it is used for.</param>
/// <param name="Content">The size, the time and the hash of the file.</param>
public sealed record FoundImage(string Path, string? Class, Split Split, FileStamp Content)
{
    public ImageEntry ToEntry(Dictionary<string, int> classes) => new()
    {
        Id = 0,
        Path = Path,
        Bytes = Content.Bytes,
        ModifiedTicks = Content.ModifiedTicks,
        Hash = Content.Hash,
        Marks = new ImageMarks(Class is null ? null : classes[Class], Split, ImageState.Used),
    };
}

/// <summary>The size, the time and the hash of a file.</summary>
public readonly record struct FileStamp(long Bytes, long ModifiedTicks, ContentId Hash);

/// <summary>What has changed in the user's folder since the catalog was written.</summary>
public sealed record FolderFindings
{
    public IReadOnlyList<string> Classes { get; init; } = [];

    public IReadOnlyList<FoundImage> New { get; init; } = [];

    /// <summary>Images whose files have another content now.</summary>
    public IReadOnlyList<ImageEntry> Changed { get; init; } = [];

    /// <summary>Images whose files have vanished or come back.</summary>
    public IReadOnlyList<(int Id, ImageMarks Marks)> Marks { get; init; } = [];

    /// <summary>How the folder was read, in sentences for the user.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool IsEmpty => New.Count + Changed.Count + Marks.Count == 0;
}
