using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>
/// A picture that is no file of its own: a record of a larger file, or a part of another picture. It gives the content of a picture file
/// when it is asked, so that everything that reads files (decoder, feature cache, duplicate search) reads it too.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal abstract class PictureContent
{
    /// <summary>The content of a picture file, made anew by each call and the same each time.</summary>
    /// <exception cref="ImageDecodeException">The picture that this one is a part of cannot be decoded.</exception>
    /// <exception cref="IOException">The file that this one is a part of cannot be read.</exception>
    public abstract byte[] Encode();
}

/// <summary>The bytes of a picture of a dataset; the buffer of a file goes back on <see cref="Dispose"/>, called once.</summary>
internal readonly struct PictureBytes : IDisposable
{
    private readonly PooledFile? _file;
    private readonly byte[]? _made;

    public PictureBytes(PooledFile file) => _file = file;

    public PictureBytes(byte[] made) => _made = made;

    /// <summary>The content of a picture file.</summary>
    public ReadOnlySpan<byte> Bytes => _file is { } file ? file.Content : _made;

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
