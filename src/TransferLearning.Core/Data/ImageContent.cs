namespace TransferLearning;

/// <summary>
/// An image that is no file of its own: a record of a larger file, or a part of another image. It gives the content of an image file
/// when it is asked, so that everything that reads files (decoder, feature cache, duplicate search) reads it too.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal abstract class ImageContent
{
    /// <summary>The number of bytes of the content.</summary>
    public abstract long Length { get; }

    /// <summary>The image file that this one is a part of; null where there is none.</summary>
    public virtual string? Image => null;

    /// <summary>The part of the content that is meant; null for all of it.</summary>
    public virtual ImageBox? Box => null;

    /// <summary>The content of an image file, the same each time; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file that this one is a part of is empty or too large.</exception>
    /// <exception cref="IOException">The file that this one is a part of cannot be read.</exception>
    public abstract ImageBytes Read(ImageDecodeOptions options);

    /// <summary>The content of an image of a dataset, which is a file where nothing else makes it; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImageBytes Read(ImageContent? content, string path, ImageDecodeOptions options) =>
        content?.Read(options) ?? new ImageBytes(ImageBytes.ReadFile(path, options));
}
