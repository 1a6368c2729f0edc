namespace TransferLearning;

/// <summary>The orientation of an encoded image, with the values of the EXIF tag 0x0112.</summary>
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

/// <summary>Rotates decoded images upright.</summary>
internal static class ImageOrientations
{
    /// <summary>Pixels are moved in squares with this side, so that reading and writing stay within the first-level cache.</summary>
    private const int Tile = 32;

    /// <summary>Whether width and height are swapped.</summary>
    public static bool SwapsAxes(this ImageOrientation orientation) => orientation >= ImageOrientation.Transposed;

    /// <summary>The axes of the encoded image that are mirrored, before width and height are swapped.</summary>
    public static (bool X, bool Y) Mirrors(this ImageOrientation orientation) => orientation switch
    {
        ImageOrientation.MirroredHorizontally => (true, false),
        ImageOrientation.UpsideDown => (true, true),
        ImageOrientation.MirroredVertically => (false, true),
        ImageOrientation.RotateClockwise => (false, true),
        ImageOrientation.AntiTransposed => (true, true),
        ImageOrientation.RotateCounterclockwise => (true, false),
        _ => (false, false),
    };

    /// <summary>Maps a region of the encoded image to the upright one.</summary>
    /// <param name="orientation">The orientation of the encoded image.</param>
    /// <param name="region">The region.</param>
    /// <param name="width">The width of the encoded image.</param>
    /// <param name="height">The height of the encoded image.</param>
    public static PixelRegion TurnUpright(this ImageOrientation orientation, PixelRegion region, int width, int height)
    {
        var (x, y) = orientation.Mirrors();
        double left = x ? width - region.Right : region.Left;
        double right = x ? width - region.Left : region.Right;
        double top = y ? height - region.Bottom : region.Top;
        double bottom = y ? height - region.Top : region.Bottom;
        return orientation.SwapsAxes() ? new PixelRegion(top, left, bottom, right) : new PixelRegion(left, top, right, bottom);
    }

    /// <summary>Maps a window of the upright image to the encoded one.</summary>
    /// <param name="orientation">The orientation of the encoded image.</param>
    /// <param name="window">The window.</param>
    /// <param name="width">The width of the encoded image.</param>
    /// <param name="height">The height of the encoded image.</param>
    public static PixelWindow TurnBack(this ImageOrientation orientation, PixelWindow window, int width, int height)
    {
        var (left, top, right, bottom) = orientation.SwapsAxes()
            ? new PixelWindow(window.Top, window.Left, window.Bottom, window.Right)
            : window;
        var (x, y) = orientation.Mirrors();
        if (x)
            (left, right) = (width - right, width - left);
        if (y)
            (top, bottom) = (height - bottom, height - top);
        return new PixelWindow(left, top, right, bottom);
    }

    /// <summary>Copies the pixels of an encoded image to their positions in the upright one.</summary>
    /// <param name="orientation">The orientation of the encoded image.</param>
    /// <param name="source">The encoded image.</param>
    /// <param name="target">Receives the upright image.</param>
    /// <param name="width">The width of the encoded image.</param>
    /// <param name="height">The height of the encoded image.</param>
    public static void TurnUpright(
        this ImageOrientation orientation, ReadOnlySpan<uint> source, Span<uint> target, int width, int height)
    {
        bool swap = orientation.SwapsAxes();
        var (mirrorX, mirrorY) = orientation.Mirrors();
        int stepX = swap ? height : 1;
        int stepY = swap ? 1 : width;
        int origin = (mirrorX ? (width - 1) * stepX : 0) + (mirrorY ? (height - 1) * stepY : 0);
        stepX = mirrorX ? -stepX : stepX;
        stepY = mirrorY ? -stepY : stepY;
        for (int top = 0; top < height; top += Tile)
        {
            int bottom = Math.Min(top + Tile, height);
            for (int left = 0; left < width; left += Tile)
            {
                int count = Math.Min(Tile, width - left);
                for (int y = top; y < bottom; y++)
                {
                    int to = origin + y * stepY + left * stepX;
                    foreach (uint pixel in source.Slice(y * width + left, count))
                    {
                        target[to] = pixel;
                        to += stepX;
                    }
                }
            }
        }
    }
}
