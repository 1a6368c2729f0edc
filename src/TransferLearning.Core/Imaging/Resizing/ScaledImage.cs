using System.Diagnostics;
using SkiaSharp;

namespace TransferLearning;

/// <summary>An image as it is decoded, not yet upright: its scale, and which part of it is needed.</summary>
internal readonly record struct ScaledImage
{
    /// <summary>The whole of a part at a scale.</summary>
    /// <param name="size">The size of the image at that scale.</param>
    /// <param name="part">The part, in pixels of the full size.</param>
    /// <param name="format">The kind of image.</param>
    public ScaledImage(SKSizeI size, in ImageBox part, ImageFormat format)
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

    /// <summary>The eighths that libjpeg decodes with vector code; the others are slower than the next larger one of these.</summary>
    private static ReadOnlySpan<int> ScaleEighths => [1, 2, 4, 8];

    /// <summary>The smallest size that can be decoded and at which a part suffices for a target.</summary>
    /// <param name="source">The image.</param>
    /// <param name="info">The kind of image, and the size of the part, upright.</param>
    /// <param name="part">The part.</param>
    /// <param name="target">What the part is resized to.</param>
    /// <param name="oversampling">How many times as large as that, along each side, the part must be at least, unless it is smaller.</param>
    /// <param name="onlyTarget">Whether only the pixels on which the target depends are needed.</param>
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

        // Of the whole more pixels are needed than of the part.
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
    /// Where a part lies in an image that is decoded at a smaller scale. A JPEG at a scale of n/8 has ⌈size · n / 8⌉ pixels, of which the
    /// image covers size · n / 8.
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
