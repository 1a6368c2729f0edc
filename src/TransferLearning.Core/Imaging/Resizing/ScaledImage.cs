using System.Diagnostics;
using SkiaSharp;

namespace TransferLearning;

/// <summary>An image as it is decoded, not yet upright: its scale, and the needed pixels.</summary>
internal readonly record struct ScaledImage
{
    /// <summary>All pixels of a crop at a scale.</summary>
    /// <param name="size">The size of the image at that scale.</param>
    /// <param name="part">The crop, in pixels of the full size.</param>
    /// <param name="format">The format.</param>
    public ScaledImage(SKSizeI size, in ImageBox part, ImageFormat format)
    {
        Size = size;
        Region = Covered(part, size, format);
        Window = Region.Touched(size.Width, size.Height);
    }

    /// <summary>The size in pixels.</summary>
    public SKSizeI Size { get; }

    /// <summary>The region of the crop.</summary>
    public PixelRegion Region { get; }

    /// <summary>The scale in eighths.</summary>
    public int Eighths { get; init; } = 8;

    /// <summary>The needed pixels.</summary>
    public PixelWindow Window { get; init; }

    /// <summary>The scales that libjpeg decodes with vector code; others are slower than the next larger one of these.</summary>
    private static ReadOnlySpan<int> ScaleEighths => [1, 2, 4, 8];

    /// <summary>The smallest scale at which a crop has enough pixels for a target.</summary>
    /// <param name="source">The image.</param>
    /// <param name="info">The format, and the upright size of the crop.</param>
    /// <param name="part">The crop.</param>
    /// <param name="target">The preprocessing of the crop.</param>
    /// <param name="oversampling">The minimum ratio of the decoded to the resized size along each side.</param>
    /// <param name="onlyTarget">Whether only the pixels that contribute to the target are needed.</param>
    public static ScaledImage For<TSource>(
        scoped in TSource source, in ImageInfo info, in ImageBox part, ImagePreprocessing target, double oversampling, bool onlyTarget)
        where TSource : IPixelSource, allows ref struct
    {
        if (info.Format is not (ImageFormat.Jpeg or ImageFormat.WebP))
            return new ScaledImage(source.Size, part, info.Format);
        var geometry = ResizeGeometry.For(info.Width, info.Height, target);
        double neededWidth = oversampling * geometry.ResizedWidth;
        double neededHeight = oversampling * geometry.ResizedHeight;
        if (info.Orientation.SwapsAxes())
            (neededWidth, neededHeight) = (neededHeight, neededWidth);

        // The crop needs these pixels, so the whole image needs more.
        neededWidth *= (double)part.SourceWidth / part.Width;
        neededHeight *= (double)part.SourceHeight / part.Height;
        foreach (int eighths in ScaleEighths)
        {
            var size = source.SizeAt(eighths);
            if (eighths < 8 && (size.Width < neededWidth || size.Height < neededHeight))
                continue;
            var scaled = new ScaledImage(size, part, info.Format) { Eighths = eighths };
            if (!onlyTarget)
                return scaled;
            var content = info.Orientation.TurnUpright(scaled.Region, size.Width, size.Height);
            var needed = geometry.Needed(content, target.Interpolation);
            return scaled with { Window = info.Orientation.TurnBack(needed, size.Width, size.Height) };
        }

        throw new UnreachableException("The full size always suffices.");
    }

    /// <summary>
    /// The region of a crop in an image that is decoded at a smaller scale. A JPEG at a scale of n/8 has ⌈size · n / 8⌉ pixels, of which
    /// the image covers size · n / 8.
    /// </summary>
    private static PixelRegion Covered(in ImageBox part, SKSizeI scaled, ImageFormat format)
    {
        return new PixelRegion(
            Along(part.Left, part.SourceWidth, scaled.Width),
            Along(part.Top, part.SourceHeight, scaled.Height),
            Along(part.Left + part.Width, part.SourceWidth, scaled.Width),
            Along(part.Top + part.Height, part.SourceHeight, scaled.Height));

        double Along(int position, int full, int scaled) =>
            format == ImageFormat.Jpeg ? position * Math.Floor(scaled * 8.0 / full) / 8 : (double)position * scaled / full;
    }
}
