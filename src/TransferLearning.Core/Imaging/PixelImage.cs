namespace TransferLearning;

/// <summary>The part of an image, in pixels from its upper left corner; fractions of pixels count.</summary>
internal readonly record struct PixelRegion(double Left, double Top, double Right, double Bottom)
{
    /// <summary>The whole pixels that it touches, of an image of the given size.</summary>
    public PixelWindow Touched(int width, int height) => new(
        (int)Math.Floor(Left), (int)Math.Floor(Top), Math.Min(width, (int)Math.Ceiling(Right)), Math.Min(height, (int)Math.Ceiling(Bottom)));
}

/// <summary>
/// A decoded image: upright, opaque, three bytes (red, green, blue) for each pixel, row after row without gaps. Its buffer is rented and
/// goes back on <see cref="Dispose"/>, which its one owner calls once.
/// </summary>
internal sealed class PixelImage : IDisposable
{
    /// <summary>Bytes that may be read (not used) beyond the last pixel, so that vectors need no special case there.</summary>
    public const int Padding = 16;

    private byte[]? _buffer;

    /// <summary>Creates an image of undefined colours.</summary>
    public PixelImage(int width, int height)
        : this(PixelBuffers.Rent(checked(width * height * 3 + Padding)), width, height)
    {
    }

    /// <summary>Takes over a rented buffer of at least 3 · width · height + <see cref="Padding"/> bytes.</summary>
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

    /// <summary>The width of the encoded image, upright; larger than <see cref="Width"/> where it was decoded at a smaller scale.</summary>
    public int SourceWidth { get; init; }

    /// <summary>The height of the encoded image, upright.</summary>
    public int SourceHeight { get; init; }

    /// <summary>
    /// What the encoded image covers. It is smaller than the whole by a part of a pixel where a scaled decode rounded the size up.
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
