using TransferLearning.Imaging;

namespace TransferLearning.Featurization;

/// <summary>Reads pictures one after the other. A photo of which several boxes follow each other is read, and hashed, once.</summary>
/// <param name="decoding">What reading may cost.</param>
internal sealed class PictureSequence(ImageDecodeOptions decoding) : IDisposable
{
    private ImageSource.Content _content;
    private string? _file;
    private PictureHash? _hash;

    /// <summary>The content of a picture, valid until the next call.</summary>
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

    /// <summary>What a feature cache knows the picture by that was read last.</summary>
    public PictureHash Hash() => _content.Hash(ref _hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        _content.Dispose();
        _content = default;
        _file = null;
        _hash = null;
    }
}
