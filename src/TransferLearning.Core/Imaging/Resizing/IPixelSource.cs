using SkiaSharp;

namespace TransferLearning;

/// <summary>An encoded image whose header has been read.</summary>
internal interface IPixelSource
{
    /// <summary>The size in pixels, as encoded (not upright).</summary>
    SKSizeI Size { get; }

    /// <summary>The orientation of the encoded image.</summary>
    ImageOrientation Orientation { get; }

    /// <summary>Whether all pixels are opaque.</summary>
    bool IsOpaque { get; }

    /// <summary>The size at a scale of <paramref name="eighths"/>/8.</summary>
    SKSizeI SizeAt(int eighths);

    /// <summary>Decodes.</summary>
    /// <param name="scaled">The scale, and the needed pixels; others may become undefined.</param>
    /// <param name="pixels">Receives red, green, blue and opacity for each pixel.</param>
    /// <returns>False if another source has to decode the image.</returns>
    /// <exception cref="ImageDecodeException">The image is truncated or damaged.</exception>
    bool TryRead(in ScaledImage scaled, Span<byte> pixels);
}
