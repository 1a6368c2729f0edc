namespace TransferLearning.Imaging;

/// <summary>How the rows and columns of an encoded picture lie, as the EXIF tag 0x0112 numbers it.</summary>
internal enum ImageOrientation
{
    Upright = 1,
    MirroredHorizontally = 2,
    UpsideDown = 3,
    MirroredVertically = 4,
    Transposed = 5,
    RotateClockwise = 6,
    AntiTransposed = 7,
    RotateCounterclockwise = 8,
}

/// <summary>Turns decoded pictures upright.</summary>
internal static class Orientations
{
    /// <summary>Pixels are moved in squares of this side, so that reading and writing both stay within the first-level cache.</summary>
    private const int Tile = 32;

    /// <summary>Whether width and height change places.</summary>
    public static bool SwapsAxes(this ImageOrientation orientation) => orientation >= ImageOrientation.Transposed;

    /// <summary>The upright picture; the given one is disposed where a new one is made.</summary>
    public static PixelImage TurnUpright(PixelImage image, ImageOrientation orientation)
    {
        if (orientation == ImageOrientation.Upright)
            return image;
        using (image)
            return Turn(image, orientation);
    }

    private static PixelImage Turn(PixelImage image, ImageOrientation orientation)
    {
        int width = image.Width;
        int height = image.Height;
        bool swap = orientation.SwapsAxes();
        var (mirrorX, mirrorY) = Mirrors(orientation);
        var content = Mirror(image.Content, width, height, mirrorX, mirrorY);
        var turned = new PixelImage(swap ? height : width, swap ? width : height)
        {
            SourceWidth = swap ? image.SourceHeight : image.SourceWidth,
            SourceHeight = swap ? image.SourceWidth : image.SourceHeight,
            Content = swap ? new PixelRegion(content.Top, content.Left, content.Bottom, content.Right) : content,
        };

        // The source is read with mirrored coordinates; a swap then makes its columns the rows of the result.
        int stepX = 3 * (swap ? height : 1);
        int stepY = 3 * (swap ? 1 : width);
        int origin = (mirrorX ? (width - 1) * stepX : 0) + (mirrorY ? (height - 1) * stepY : 0);
        Move(image.Pixels, turned.Pixels, width, height, origin, mirrorX ? -stepX : stepX, mirrorY ? -stepY : stepY);
        return turned;
    }

    /// <summary>Which axes of the encoded picture are mirrored before they may be swapped.</summary>
    private static (bool X, bool Y) Mirrors(ImageOrientation orientation) => orientation switch
    {
        ImageOrientation.MirroredHorizontally => (true, false),
        ImageOrientation.UpsideDown => (true, true),
        ImageOrientation.MirroredVertically => (false, true),
        ImageOrientation.RotateClockwise => (false, true),
        ImageOrientation.AntiTransposed => (true, true),
        ImageOrientation.RotateCounterclockwise => (true, false),
        _ => (false, false),
    };

    private static PixelRegion Mirror(PixelRegion region, int width, int height, bool x, bool y) => new(
        x ? width - region.Right : region.Left,
        y ? height - region.Bottom : region.Top,
        x ? width - region.Left : region.Right,
        y ? height - region.Top : region.Bottom);

    private static void Move(ReadOnlySpan<byte> source, Span<byte> target, int width, int height, int origin, int stepX, int stepY)
    {
        for (int top = 0; top < height; top += Tile)
        {
            int bottom = Math.Min(top + Tile, height);
            for (int left = 0; left < width; left += Tile)
            {
                int right = Math.Min(left + Tile, width);
                for (int y = top; y < bottom; y++)
                {
                    int from = (y * width + left) * 3;
                    int to = origin + y * stepY + left * stepX;
                    for (int x = left; x < right; x++)
                    {
                        target[to + 2] = source[from + 2];
                        target[to + 1] = source[from + 1];
                        target[to] = source[from];
                        from += 3;
                        to += stepX;
                    }
                }
            }
        }
    }
}
