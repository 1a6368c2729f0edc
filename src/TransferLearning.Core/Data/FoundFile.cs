namespace TransferLearning;

/// <summary>A file of a dataset.</summary>
/// <param name="Path">The full path, as it is named in the dataset (a link keeps its own name).</param>
/// <param name="Key">The path from the root with slashes: the same on every system, so it decides order and splits.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Content">What makes the image where it is no file of its own; null for files.</param>
internal readonly record struct FoundFile(string Path, string Key, long Length, ImageContent? Content = null)
{
    /// <summary>An image that is no file of its own.</summary>
    public FoundFile(string path, string key, ImageContent content)
        : this(path, key, content.Length, content)
    {
    }

    /// <summary>The content of the image file; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ImageBytes Read(ImageDecodeOptions options) => ImageContent.Read(Content, Path, options);
}
