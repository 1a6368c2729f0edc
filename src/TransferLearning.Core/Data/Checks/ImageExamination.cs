namespace TransferLearning;

/// <summary>The result of reading and decoding an image: about a kilobyte, whatever the size of the image.</summary>
/// <param name="Hash">Half of the hash of the content; null if it cannot be read.</param>
/// <param name="Info">Its header; null if it has none.</param>
/// <param name="Thumbnail">Its thumbnail; null if it cannot be decoded.</param>
/// <param name="Reason">Why it cannot be decoded; null if it can.</param>
internal sealed record ImageExamination(UInt128? Hash, ImageInfo? Info, Thumbnail? Thumbnail, string? Reason)
{
    /// <summary>How sharp it is; null if that cannot be told (<see cref="TransferLearning.Sharpness"/>).</summary>
    public double? Sharpness { get; init; }

    /// <summary>Reads and decodes an image.</summary>
    public static ImageExamination Of(FoundFile file, ImageDecodeOptions decoding)
    {
        UInt128? hash = null;
        ImageInfo? info = null;
        try
        {
            using var content = file.Read(decoding);
            hash = content.Hash().High;
            info = ImageDecoder.Probe(content.Bytes, file.Path, decoding, content.Box);
            using var decoded = Thumbnail.Decode(content, file.Path, decoding);
            return new ImageExamination(hash, info, Thumbnail.Of(decoded), null)
            {
                Sharpness = TransferLearning.Sharpness.Of(content, decoded, file.Path, decoding),
            };
        }
        catch (ImageDecodeException error)
        {
            return new ImageExamination(hash, info, null, error.Reason);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ImageExamination(null, null, null, $"the file cannot be read ({error.Message.TrimEnd('.')})");
        }
    }
}
