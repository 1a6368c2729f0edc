using System.Diagnostics;
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

    /// <summary>The eighths that libjpeg decodes with vector code; the others are slower than the next larger one of these.</summary>
    private static ReadOnlySpan<int> ScaleEighths => [1, 2, 4, 8];

    /// <summary>The smallest size that can be decoded and at which a part suffices for a target.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="info">The kind of picture, and the size of the part, upright.</param>
    /// <param name="part">The part.</param>
    /// <param name="target">What the part is resized to.</param>
    /// <param name="oversampling">How many times as large as that, along each side, the part must be at least, unless it is smaller.</param>
    /// <param name="onlyTarget">Whether only the pixels on which the target depends are needed.</param>
    public static ScaledPicture For<TSource>(
        scoped in TSource source, in ImageInfo info, in PictureBox part, ImagePreprocessing target, double oversampling, bool onlyTarget)
        where TSource : IPictureSource, allows ref struct
    {
        if (info.Format is not (ImageFormat.Jpeg or ImageFormat.WebP))
            return new ScaledPicture(source.Size, part, info.Format);
        var geometry = ResizeGeometry.For(info.Width, info.Height, target);
        double neededWidth = oversampling * geometry.ResizedWidth;
        double neededHeight = oversampling * geometry.ResizedHeight;
        if (info.Orientation.SwapsAxes())
            (neededWidth, neededHeight) = (neededHeight, neededWidth);

        // Of the whole more pixels are needed than of the part.
        neededWidth *= (double)part.PhotoWidth / part.Width;
        neededHeight *= (double)part.PhotoHeight / part.Height;
        foreach (int eighths in ScaleEighths)
        {
            var size = source.SizeAt(eighths);
            if (eighths < 8 && (size.Width < neededWidth || size.Height < neededHeight))
                continue;
            var scaled = new ScaledPicture(size, part, info.Format) { Eighths = eighths };
            if (!onlyTarget)
                return scaled;
            var content = info.Orientation.TurnUpright(scaled.Region, size.Width, size.Height);
            var needed = geometry.Needed(content, target.Interpolation);
            return scaled with { Window = info.Orientation.TurnBack(needed, size.Width, size.Height) };
        }

        throw new UnreachableException("The full size always suffices.");
    }

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
