namespace TransferLearning;

/// <summary>The header of an image.</summary>
/// <param name="Format">The format, by content.</param>
/// <param name="Width">The width in pixels, upright.</param>
/// <param name="Height">The height in pixels, upright.</param>
/// <param name="Orientation">The orientation of the encoded image.</param>
internal readonly record struct ImageInfo(ImageFormat Format, int Width, int Height, ImageOrientation Orientation)
{
    /// <summary>The number of images in the file, of which the first one is used.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>The same for a crop; the box is in stored pixels.</summary>
    public ImageInfo Of(ImageBox box) => Orientation.SwapsAxes()
        ? this with { Width = box.Height, Height = box.Width }
        : this with { Width = box.Width, Height = box.Height };
}
