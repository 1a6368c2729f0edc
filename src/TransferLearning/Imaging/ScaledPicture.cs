using SkiaSharp;

namespace TransferLearning.Imaging;

/// <summary>A picture as it is decoded, not yet upright: its scale, and which part of it is needed.</summary>
internal readonly record struct ScaledPicture
{
    /// <summary>The whole of a part at a scale.</summary>
    /// <param name="size">The size of the picture at that scale.</param>
    /// <param name="part">The part, in pixels of the full size.</param>
    /// <param name="format">The kind of picture.</param>
    public ScaledPicture(SKSizeI size, in PictureBox part, ImageFormat format)
    {
        Size = size;
        Region = Covered(part, size, format);
        Window = Region.Touched(size.Width, size.Height);
    }

    /// <summary>The size in pixels.</summary>
    public SKSizeI Size { get; }

    /// <summary>Where the part lies.</summary>
    public PixelRegion Region { get; }

    /// <summary>The scale in eighths.</summary>
    public int Eighths { get; init; } = 8;

    /// <summary>The pixels that are needed.</summary>
    public PixelWindow Window { get; init; }

    /// <summary>
    /// Where a part lies in a picture that is decoded at a smaller scale. A JPEG at a scale of n/8 has ⌈size · n / 8⌉ pixels, of which the
    /// picture covers size · n / 8.
    /// </summary>
    private static PixelRegion Covered(in PictureBox part, SKSizeI scaled, ImageFormat format)
    {
        return new PixelRegion(
            Along(part.Left, part.PhotoWidth, scaled.Width),
            Along(part.Top, part.PhotoHeight, scaled.Height),
            Along(part.Left + part.Width, part.PhotoWidth, scaled.Width),
            Along(part.Top + part.Height, part.PhotoHeight, scaled.Height));

        double Along(int position, int full, int scaled) =>
            format == ImageFormat.Jpeg ? position * Math.Floor(scaled * 8.0 / full) / 8 : (double)position * scaled / full;
    }
}
