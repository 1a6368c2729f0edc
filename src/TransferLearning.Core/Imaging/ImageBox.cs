namespace TransferLearning;

/// <summary>
/// A rectangle on an image, in whole pixels. Boxes count from the upper left corner of the image as a tool showed it, and tools differ: most
/// take the pixels as they are stored, some turn them upright by the EXIF tag first. The size that the tool saw tells which it was.
/// </summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">The number of columns, at least 1.</param>
/// <param name="Height">The number of rows, at least 1.</param>
/// <param name="SourceWidth">The width of the image that the box was drawn on.</param>
/// <param name="SourceHeight">The height of the image that the box was drawn on.</param>
internal readonly record struct ImageBox(int Left, int Top, int Width, int Height, int SourceWidth, int SourceHeight)
{
    /// <summary>What tells the box from all others on the same image.</summary>
    public string Key => FormattableString.Invariant($"box {this} of {SourceWidth},{SourceHeight}");

    /// <summary>Left, top, width and height, as the path of the image ends.</summary>
    public override string ToString() => FormattableString.Invariant($"{Left},{Top},{Width},{Height}");

    /// <summary>The same rectangle in the pixels as they are stored.</summary>
    /// <param name="width">The stored width of the image.</param>
    /// <param name="height">The stored height of the image.</param>
    /// <param name="orientation">How the stored pixels lie.</param>
    /// <param name="name">What error messages call the image.</param>
    /// <exception cref="ImageDecodeException">The image is not of the size that the box was drawn on.</exception>
    public ImageBox OnStored(int width, int height, ImageOrientation orientation, string name)
    {
        // Where both readings fit (a square, or an image that is only mirrored or upside down) it is the stored pixels, as most tools have it.
        if ((SourceWidth, SourceHeight) == (width, height))
            return this;
        if (!orientation.SwapsAxes() || (SourceHeight, SourceWidth) != (width, height))
        {
            throw new ImageDecodeException(name, FormattableString.Invariant(
                $"the image has {width} × {height} pixels, but its box was drawn on one of {SourceWidth} × {SourceHeight}; fetch the images that the annotations belong to"));
        }

        var (mirrorX, mirrorY) = orientation.Mirrors();
        int left = mirrorX ? width - Top - Height : Top;
        int top = mirrorY ? height - Left - Width : Left;
        return new ImageBox(left, top, Height, Width, width, height);
    }
}
