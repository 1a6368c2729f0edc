namespace TransferLearning;

/// <summary>
/// A box on a source image as an image of its own. Nothing is cropped in advance: the source image is decoded when the crop is used, at a
/// scale at which the box has as many pixels as are needed.
/// </summary>
/// <param name="sourceImage">The full path of the source image.</param>
/// <param name="length">The number of bytes of that file.</param>
/// <param name="box">The box.</param>
internal sealed class ImageCrop(string sourceImage, long length, ImageBox box) : ImageContent
{
    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override string? SourceImage => sourceImage;

    /// <inheritdoc/>
    public override ImageBox? Box => box;

    /// <inheritdoc/>
    public override ImageBytes Read(ImageDecodeOptions options) => new(ImageBytes.ReadFile(sourceImage, options)) { Box = box };
}
