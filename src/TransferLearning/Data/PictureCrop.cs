using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>
/// A box on a photo as a picture of its own. Nothing is cut beforehand: the photo is decoded when the picture is asked for, at a scale at
/// which the box has as many pixels as are needed.
/// </summary>
/// <param name="photo">The full path of the photo.</param>
/// <param name="length">The number of bytes of that file.</param>
/// <param name="box">The part of it.</param>
internal sealed class PictureCrop(string photo, long length, PictureBox box) : PictureContent
{
    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override string? Photo => photo;

    /// <inheritdoc/>
    public override PictureBox? Box => box;

    /// <inheritdoc/>
    public override PictureBytes Read(ImageDecodeOptions options) => new(PooledFile.Read(photo, options)) { Box = box };
}
