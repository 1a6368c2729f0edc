namespace TransferLearning.Imaging;

/// <summary>
/// A rectangle on a photo, in whole pixels. Boxes count from the upper left corner of the picture as a tool showed it, and tools differ: most
/// take the pixels as they are stored, some turn them upright by the EXIF tag first. The size that the tool saw tells which it was.
/// </summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">The number of columns, at least 1.</param>
/// <param name="Height">The number of rows, at least 1.</param>
/// <param name="PhotoWidth">The width of the photo that the box was drawn on.</param>
/// <param name="PhotoHeight">The height of the photo that the box was drawn on.</param>
internal readonly record struct PictureBox(int Left, int Top, int Width, int Height, int PhotoWidth, int PhotoHeight)
{
    /// <summary>What tells the box from all others on the same photo.</summary>
    public string Key => FormattableString.Invariant($"box {this} of {PhotoWidth},{PhotoHeight}");

    /// <summary>Left, top, width and height, as the path of the picture ends.</summary>
    public override string ToString() => FormattableString.Invariant($"{Left},{Top},{Width},{Height}");

    /// <summary>The same rectangle in the pixels as they are stored.</summary>
    /// <param name="width">The stored width of the photo.</param>
    /// <param name="height">The stored height of the photo.</param>
    /// <param name="orientation">How the stored pixels lie.</param>
    /// <param name="name">What error messages call the picture.</param>
    /// <exception cref="ImageDecodeException">The photo is not of the size that the box was drawn on.</exception>
    public PictureBox OnStored(int width, int height, ImageOrientation orientation, string name)
    {
        // Where both readings fit (a square, or a photo that is only mirrored or upside down) it is the stored pixels, as most tools have it.
        if ((PhotoWidth, PhotoHeight) == (width, height))
            return this;
        if (!orientation.SwapsAxes() || (PhotoHeight, PhotoWidth) != (width, height))
        {
            throw new ImageDecodeException(name, FormattableString.Invariant(
                $"the photo has {width} × {height} pixels, but its box was drawn on one of {PhotoWidth} × {PhotoHeight}; fetch the photos that the annotations belong to"));
        }

        var (mirrorX, mirrorY) = orientation.Mirrors();
        int left = mirrorX ? width - Top - Height : Top;
        int top = mirrorY ? height - Left - Width : Left;
        return new PictureBox(left, top, Height, Width, width, height);
    }
}
