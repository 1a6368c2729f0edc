namespace TransferLearning;

/// <summary>What the header of an image says.</summary>
/// <param name="Format">The kind of image, by its content.</param>
/// <param name="Width">The width in pixels, upright.</param>
/// <param name="Height">The height in pixels, upright.</param>
/// <param name="Orientation">How the encoded image lies.</param>
internal readonly record struct ImageInfo(ImageFormat Format, int Width, int Height, ImageOrientation Orientation)
{
    /// <summary>The same of a part, which is given in stored pixels.</summary>
    public ImageInfo Of(ImageBox box) => Orientation.SwapsAxes()
        ? this with { Width = box.Height, Height = box.Width }
        : this with { Width = box.Width, Height = box.Height };
}
