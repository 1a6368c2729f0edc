namespace TransferLearning;

/// <summary>Whether it matters how images are brought to a square.</summary>
internal static class ImageShapes
{
    /// <summary>Images whose headers are read.</summary>
    private const int Sample = 200;

    /// <summary>From this ratio of the sides on a crop loses a fifth of the image.</summary>
    private const double Notable = 1.25;

    private const double LeastShare = 0.1;

    /// <summary>Whether at least a tenth of the images are clearly longer on one side than on the other.</summary>
    public static bool AreOblong(LabeledImageSet images, int seed, CancellationToken cancellationToken)
    {
        int[] chosen = StratifiedSubset.Choose(images.Labels, images.Classes.Count, Sample, seed);
        int oblong = chosen.Count(index =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return IsOblong(images[index]);
        });
        return oblong >= Math.Max(1, LeastShare * chosen.Length);
    }

    private static bool IsOblong(LabeledImage image)
    {
        try
        {
            using var content = ImageContent.Read(image.Content, image.Path, ImageDecodeOptions.Default);
            var info = ImageDecoder.Probe(content.Bytes, image.Path, ImageDecodeOptions.Default, content.Box);
            return Math.Max(info.Width, info.Height) >= Notable * Math.Min(info.Width, info.Height);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            // The measurement reports it, or skips it.
            return false;
        }
    }
}
