namespace TransferLearning;

/// <summary>A region of an image, in pixels from its upper left corner, with fractions of pixels.</summary>
internal readonly record struct PixelRegion(double Left, double Top, double Right, double Bottom)
{
    /// <summary>The whole pixels that it touches, in an image of the given size.</summary>
    public PixelWindow Touched(int width, int height) => new(
        (int)Math.Floor(Left), (int)Math.Floor(Top), Math.Min(width, (int)Math.Ceiling(Right)), Math.Min(
            height, (int)Math.Ceiling(Bottom)));
}

/// <summary>
/// A decoded image: upright, opaque, three bytes (red, green, blue) for each pixel, row by row without gaps. Its buffer is rented;
/// <see cref="Dispose"/>, called once by its owner, returns it.
/// </summary>
internal sealed class PixelImage : IDisposable
{
    /// <summary>Bytes behind the last pixel that may be read but are not used, so that vectors need no special case there.</summary>
    public const int Padding = 16;

    private byte[]? _buffer;

    /// <summary>Creates an image with undefined pixels.</summary>
    public PixelImage(int width, int height)
        : this(PixelBuffers.Rent(checked(width * height * 3 + Padding)), width, height)
    {
    }

    /// <summary>Takes ownership of a rented buffer of at least 3 · width · height + <see cref="Padding"/> bytes.</summary>
    internal PixelImage(byte[] rented, int width, int height)
    {
        _buffer = rented;
        Width = width;
        Height = height;
        SourceWidth = width;
        SourceHeight = height;
        Content = new PixelRegion(0, 0, width, height);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of the encoded image, upright; larger than <see cref="Width"/> if it was decoded at a smaller scale.</summary>
    public int SourceWidth { get; init; }

    /// <summary>The height of the encoded image, upright.</summary>
    public int SourceHeight { get; init; }

    /// <summary>
    /// The region that the encoded image covers: smaller by a fraction of a pixel if a scaled decode rounded the size up.
    /// </summary>
    public PixelRegion Content { get; init; }

    /// <summary>Red, green, blue, from left to right, from top to bottom.</summary>
    public Span<byte> Pixels => Buffer.AsSpan(0, Width * Height * 3);

    /// <summary>The pixels and the <see cref="Padding"/> behind them.</summary>
    internal Span<byte> PaddedPixels => Buffer.AsSpan(0, Width * Height * 3 + Padding);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(PixelImage));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
            PixelBuffers.Return(buffer);
        _buffer = null;
    }
}
