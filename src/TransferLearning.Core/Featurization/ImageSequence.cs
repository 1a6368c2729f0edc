namespace TransferLearning;

/// <summary>Reads images one after the other. An image of which several boxes follow each other is read, and hashed, once.</summary>
/// <param name="decoding">What reading may cost.</param>
internal sealed class ImageSequence(ImageDecodeOptions decoding) : IDisposable
{
    private ImageSource.Content _content;
    private string? _file;
    private ImageHash? _hash;

    /// <summary>The content of an image, valid until the next call.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, empty, too large or cannot be read.</exception>
    public ImageSource.Content Read(ImageSource image)
    {
        if (image.File is not null && image.File == _file)
            return _content = _content.For(image);
        Dispose();
        _content = image.Read(decoding);
        _file = image.File;
        return _content;
    }

    /// <summary>The hash of the image that was read last.</summary>
    public ImageHash Hash() => _content.Hash(ref _hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        _content.Dispose();
        _content = default;
        _file = null;
        _hash = null;
    }
}
