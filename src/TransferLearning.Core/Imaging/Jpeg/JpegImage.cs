using SkiaSharp;

namespace TransferLearning;

/// <summary>A common JPEG, which <see cref="JpegReader"/> decodes.</summary>
/// <param name="encoded">The file.</param>
/// <param name="frame">Its headers.</param>
internal readonly ref struct JpegImage(ReadOnlySpan<byte> encoded, JpegFrame frame) : IPixelSource
{
    private readonly ReadOnlySpan<byte> _encoded = encoded;

    /// <inheritdoc/>
    public SKSizeI Size => new(frame.Width, frame.Height);

    /// <inheritdoc/>
    public ImageOrientation Orientation => ExifOrientation.OfJpeg(_encoded);

    /// <inheritdoc/>
    public bool IsOpaque => true;

    /// <inheritdoc/>
    public SKSizeI SizeAt(int eighths) => new(JpegReader.ScaledSide(frame.Width, eighths), JpegReader.ScaledSide(frame.Height, eighths));

    /// <inheritdoc/>
    public bool TryRead(in ScaledImage scaled, Span<byte> pixels) =>
        JpegReader.TryDecode(_encoded, frame, scaled.Eighths, scaled.Window, pixels);
}
