namespace TransferLearning;

/// <summary>
/// The geometry of a resize: the image is resized to <see cref="ResizedWidth"/> × <see cref="ResizedHeight"/>, and the window that starts
/// at (<see cref="CropLeft"/>, <see cref="CropTop"/>) is written to (<see cref="TargetLeft"/>, <see cref="TargetTop"/>) of the tensor. Only
/// the window is computed.
/// </summary>
/// <remarks>
/// Sizes are rounded as torchvision (resize of the shorter side, centre crop) and Pillow (<c>ImageOps.pad</c>) round them, because
/// published accuracies were measured with these.
/// </remarks>
internal readonly record struct ResizeGeometry
{
    public required int ResizedWidth { get; init; }

    public required int ResizedHeight { get; init; }

    public int CropLeft { get; init; }

    public int CropTop { get; init; }

    /// <summary>The width of the window.</summary>
    public required int Width { get; init; }

    /// <summary>The height of the window.</summary>
    public required int Height { get; init; }

    public int TargetLeft { get; init; }

    public int TargetTop { get; init; }

    /// <summary>The geometry for an upright image of the given size.</summary>
    public static ResizeGeometry For(int width, int height, ImagePreprocessing target) => target.Resize switch
    {
        ImageResizeMode.Squash => new ResizeGeometry
        {
            ResizedWidth = target.Width,
            ResizedHeight = target.Height,
            Width = target.Width,
            Height = target.Height,
        },
        ImageResizeMode.Pad => Pad(width, height, target),
        _ => ShortestSide(width, height, target),
    };

    /// <summary>The pixels of a decoded image on which the window depends, and a few more.</summary>
    /// <param name="content">The region that the image covers in the decoded pixels.</param>
    /// <param name="filter">The filter of the resize.</param>
    public PixelWindow Needed(in PixelRegion content, ImageInterpolation filter)
    {
        var (left, right) = Side(content.Left, content.Right, ResizedWidth, CropLeft, Width, filter);
        var (top, bottom) = Side(content.Top, content.Bottom, ResizedHeight, CropTop, Height, filter);
        return new PixelWindow(left, top, right, bottom);

        static (int Start, int End) Side(double start, double end, int resized, int first, int count, ImageInterpolation filter)
        {
            double step = (end - start) / resized;
            double reach = ResampleTable.Support(filter, step) + 1;
            return (
                (int)Math.Max(Math.Floor(start), Math.Floor(start + (first * step) - reach)),
                (int)Math.Min(Math.Ceiling(end), Math.Ceiling(start + (((double)first + count) * step) + reach)));
        }
    }

    private static ResizeGeometry ShortestSide(int width, int height, ImagePreprocessing target)
    {
        int side = target.ResizeTo ?? Math.Max(target.Width, target.Height);
        int resizedWidth = width <= height ? side : Longer(side, width, height);
        int resizedHeight = width <= height ? Longer(side, height, width) : side;
        return new ResizeGeometry
        {
            ResizedWidth = resizedWidth,
            ResizedHeight = resizedHeight,
            CropLeft = Half(resizedWidth - target.Width),
            CropTop = Half(resizedHeight - target.Height),
            Width = target.Width,
            Height = target.Height,
        };
    }

    private static ResizeGeometry Pad(int width, int height, ImagePreprocessing target)
    {
        int resizedWidth = target.Width;
        int resizedHeight = target.Height;
        if ((long)width * target.Height >= (long)target.Width * height)
            resizedHeight = Math.Clamp((int)Math.Round((double)height / width * target.Width), 1, target.Height);
        else
            resizedWidth = Math.Clamp((int)Math.Round((double)width / height * target.Height), 1, target.Width);
        return new ResizeGeometry
        {
            ResizedWidth = resizedWidth,
            ResizedHeight = resizedHeight,
            Width = resizedWidth,
            Height = resizedHeight,
            TargetLeft = Half(target.Width - resizedWidth),
            TargetTop = Half(target.Height - resizedHeight),
        };
    }

    /// <summary>The longer side, rounded down, limited for strips such as 1 × 10^8 pixels, of which only a window is needed.</summary>
    private static int Longer(int side, int longer, int shorter) => (int)Math.Min((long)side * longer / shorter, int.MaxValue);

    private static int Half(int difference) => (int)Math.Round(difference / 2.0, MidpointRounding.ToEven);
}
