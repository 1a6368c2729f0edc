namespace TransferLearning;

/// <summary>
/// A box on an image as an image of its own. Nothing is cut beforehand: the image is decoded when the image is asked for, at a scale at
/// which the box has as many pixels as are needed.
/// </summary>
/// <param name="image">The full path of the image.</param>
/// <param name="length">The number of bytes of that file.</param>
/// <param name="box">The part of it.</param>
internal sealed class ImageCrop(string image, long length, ImageBox box) : ImageContent
{
    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override string? Image => image;

    /// <inheritdoc/>
    public override ImageBox? Box => box;

    /// <inheritdoc/>
    public override ImageBytes Read(ImageDecodeOptions options) => new(ImageBytes.ReadFile(image, options)) { Box = box };
}
