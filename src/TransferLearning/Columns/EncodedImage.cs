namespace TransferLearning.MLNet;

/// <summary>The content of an image file in memory, as an image of a dataset.</summary>
internal sealed class EncodedImage(byte[] bytes) : ImageContent
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override ImageBytes Read(ImageDecodeOptions options) => new(bytes);
}
