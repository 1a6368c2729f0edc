namespace TransferLearning;

/// <summary>
/// A rectangle on a source image, in whole pixels. Coordinates start at the upper left corner of the source image as the annotation tool
/// showed it: most tools show the pixels as they are stored, some rotate them by the EXIF tag first. The size that the tool saw tells them
/// apart.
/// </summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">The number of columns, at least 1.</param>
/// <param name="Height">The number of rows, at least 1.</param>
/// <param name="SourceWidth">The width of the source image as the tool saw it.</param>
/// <param name="SourceHeight">The height of the source image as the tool saw it.</param>
internal readonly record struct ImageBox(int Left, int Top, int Width, int Height, int SourceWidth, int SourceHeight)
{
    /// <summary>Identifies the box among all boxes on the same source image.</summary>
    public string Key => FormattableString.Invariant($"box {this} of {SourceWidth},{SourceHeight}");

    /// <summary>Left, top, width and height: the end of the path of the crop.</summary>
    public override string ToString() => FormattableString.Invariant($"{Left},{Top},{Width},{Height}");

    /// <summary>The same rectangle in the stored pixels.</summary>
    /// <param name="width">The stored width of the source image.</param>
    /// <param name="height">The stored height of the source image.</param>
    /// <param name="orientation">The orientation of the stored pixels.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <exception cref="ImageDecodeException">The source image does not have the size that the tool saw.</exception>
    public ImageBox OnStored(int width, int height, ImageOrientation orientation, string name)
    {
        // If both sizes match (a square, or an image that is only mirrored or upside down), assume the stored pixels, as most tools do.
        if ((SourceWidth, SourceHeight) == (width, height))
            return this;
        if (!orientation.SwapsAxes() || (SourceHeight, SourceWidth) != (width, height))
        {
            string sizes = FormattableString.Invariant(
                $"{width} × {height} pixels, but its box was drawn on {SourceWidth} × {SourceHeight}");
            throw new ImageDecodeException(name, $"the image has {sizes}; use the images that belong to the annotations");
        }

        var (mirrorX, mirrorY) = orientation.Mirrors();
        int left = mirrorX ? width - Top - Height : Top;
        int top = mirrorY ? height - Left - Width : Left;
        return new ImageBox(left, top, Height, Width, width, height);
    }
}
