namespace TransferLearning;

/// <summary>What is known of an image after it was read once: about a kilobyte, whatever its size.</summary>
/// <param name="Hash">Half of the hash of the content; null where it cannot be read.</param>
/// <param name="Info">What its header says; null where it has none.</param>
/// <param name="Thumbnail">The image in small; null where it cannot be decoded or is not asked for.</param>
/// <param name="Reason">Why it cannot be decoded; null where it can.</param>
internal sealed record ImageExamination(UInt128? Hash, ImageInfo? Info, Thumbnail? Thumbnail, string? Reason)
{
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
            return new ImageExamination(hash, info, Thumbnail.Of(content, file.Path, decoding), null);
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
