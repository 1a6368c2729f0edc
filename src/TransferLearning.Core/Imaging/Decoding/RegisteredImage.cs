using SkiaSharp;

namespace TransferLearning;

/// <summary>An image that a registered decoder decodes.</summary>
internal readonly ref struct RegisteredImage : IPixelSource
{
    private readonly IImageDecoder _decoder;
    private readonly ReadOnlySpan<byte> _encoded;
    private readonly string _name;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageDecodeException">The header is damaged, or the kind is not supported.</exception>
    public RegisteredImage(ReadOnlySpan<byte> encoded, string name)
    {
        _decoder = ImageDecoders.Find(encoded[..Math.Min(encoded.Length, ImageFormats.SniffLength)])!;
        _encoded = encoded;
        _name = name;
        try
        {
            (int width, int height, Pages) = _decoder.ReadHeader(encoded);
            Size = new SKSizeI(width, height);
        }
        catch (InvalidDataException error)
        {
            throw new ImageDecodeException(name, error.Message, error);
        }
    }

    /// <inheritdoc/>
    public SKSizeI Size { get; }

    /// <summary>The number of images in the file.</summary>
    public int Pages { get; }

    /// <inheritdoc/>
    public ImageOrientation Orientation => ImageOrientation.Upright;

    /// <inheritdoc/>
    public bool IsOpaque => false;

    /// <inheritdoc/>
    public SKSizeI SizeAt(int eighths) => Size;

    /// <inheritdoc/>
    public bool TryRead(in ScaledImage scaled, Span<byte> pixels)
    {
        try
        {
            _decoder.Decode(_encoded, pixels);
            return true;
        }
        catch (InvalidDataException error)
        {
            throw new ImageDecodeException(_name, error.Message, error);
        }
    }
}
