namespace TransferLearning;

/// <summary>A file of a dataset.</summary>
/// <param name="Path">The full path; that of the link itself for a link.</param>
/// <param name="Key">The path relative to the root with forward slashes: the same on every system, so it decides order and splits.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Content">Provides an image that is not a file of its own; null for files.</param>
internal readonly record struct FoundFile(string Path, string Key, long Length, ImageContent? Content = null)
{
    /// <summary>What the image belongs to; null for nothing but itself.</summary>
    public string? Group { get; init; }

    /// <summary>An image that is not a file of its own.</summary>
    public FoundFile(string path, string key, ImageContent content)
        : this(path, key, content.Length, content)
    {
    }

    /// <summary>The content of the image file; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ImageBytes Read(ImageDecodeOptions options) => ImageContent.Read(Content, Path, options);
}
