namespace TransferLearning;

/// <summary>An image in a folder, as <see cref="ImageFiles.Enumerate"/> finds it.</summary>
public sealed record ImageFile
{
    /// <summary>The full path.</summary>
    public required string Path { get; init; }

    /// <summary>The path relative to the folder that was searched, with forward slashes: the same on every system.</summary>
    public required string RelativePath { get; init; }

    /// <summary>Why the file cannot be used, in one sentence; null when no problem is known.</summary>
    public string? Problem { get; init; }
}
