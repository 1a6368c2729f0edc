using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>
/// A picture that is no file of its own: a record of a larger file, or a part of another picture. It gives the content of a picture file
/// when it is asked, so that everything that reads files (decoder, feature cache, duplicate search) reads it too.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal abstract class PictureContent
{
    /// <summary>The number of bytes of the content.</summary>
    public abstract long Length { get; }

    /// <summary>The picture file that this one is a part of; null where there is none.</summary>
    public virtual string? Photo => null;

    /// <summary>The part of the content that is meant; null for all of it.</summary>
    public virtual PictureBox? Box => null;

    /// <summary>The content of a picture file, the same each time; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file that this one is a part of is empty or too large.</exception>
    /// <exception cref="IOException">The file that this one is a part of cannot be read.</exception>
    public abstract PictureBytes Read(ImageDecodeOptions options);

    /// <summary>The content of a picture of a dataset, which is a file where nothing else makes it; the caller disposes it.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PictureBytes Read(PictureContent? content, string path, ImageDecodeOptions options) =>
        content?.Read(options) ?? new PictureBytes(PooledFile.Read(path, options));
}
