namespace TransferLearning;

/// <summary>
/// Finds the same image saved twice: at another quality, size or in another format. Images are compared as thumbnails of 16 × 16
/// pixels by their mean absolute difference on the scale 0–255.
/// </summary>
/// <remarks>
/// On images, saving at JPEG quality 30 to 90 and at half to one and a half times the size moves thumbnails by at most 2.6; the nearest
/// different images, of the same hand moments apart, are 4.8 from each other. An image that was cropped or turned is not found.
/// </remarks>
internal static class SimilarImages
{
    /// <summary>
    /// Adds to groups of equal content those of the same image: for each file the index of the first one that shows the same.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="firstOfEach">For each file the index of the first one with the same content.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    public static int[] FirstOfEach(IReadOnlyList<FoundFile> files, int[] firstOfEach, CancellationToken cancellationToken)
    {
        var thumbnails = new Thumbnail?[files.Count];
        int[] wanted = [.. firstOfEach.Distinct()];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, wanted.Length, options, i => thumbnails[wanted[i]] = Decode(files[wanted[i]]));
        int[] similar = SimilarSearch.FirstOfEach(thumbnails, cancellationToken);
        return [.. firstOfEach.Select(first => similar[first])];
    }

    private static Thumbnail? Decode(FoundFile file)
    {
        try
        {
            using var content = file.Read(ImageDecodeOptions.Default);
            return Thumbnail.Of(content, file.Path, ImageDecodeOptions.Default);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            // It equals nothing; whoever uses it will hear why it cannot be decoded.
            return null;
        }
    }
}
