namespace TransferLearning;

/// <summary>
/// An image that is not a file of its own: a record of a larger file, or a crop of a source image. It provides the content of an image file
/// on request, so that everything that reads files (decoder, feature cache, duplicate search) can read it too.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal abstract class ImageContent
{
    /// <summary>The number of bytes of the content.</summary>
    public abstract long Length { get; }

    /// <summary>The file of the source image of a crop; null for other images.</summary>
    public virtual string? SourceImage => null;

    /// <summary>The rectangle of the source image; null for all of the content.</summary>
    public virtual ImageBox? Box => null;

    /// <summary>The content of an image file, the same each time; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file that contains it is empty or too large.</exception>
    /// <exception cref="IOException">The file that contains it cannot be read.</exception>
    public abstract ImageBytes Read(ImageDecodeOptions options);

    /// <summary>The content of an image of a dataset, read from its file if it has no other content; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImageBytes Read(ImageContent? content, string path, ImageDecodeOptions options) =>
        content?.Read(options) ?? new ImageBytes(ImageBytes.ReadFile(path, options));
}
