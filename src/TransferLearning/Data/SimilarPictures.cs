using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>
/// Finds the same picture saved twice: at another quality, size or in another format. Pictures are compared as thumbnails of 16 × 16
/// pixels by their mean absolute difference on the scale 0–255.
/// </summary>
/// <remarks>
/// On photos, saving at JPEG quality 30 to 90 and at half to one and a half times the size moves thumbnails by at most 2.6; the nearest
/// different pictures, of the same hand moments apart, are 4.8 from each other. A picture that was cropped or turned is not found.
/// </remarks>
internal static class SimilarPictures
{
    private const int Side = 16;
    private const int Length = 3 * Side * Side;
    private const int LargestDifference = 3;
    private const int LargestSum = LargestDifference * Length;

    /// <summary>Quarters of the thumbnail by channel: their sums differ at most as much as the pixels do, and are compared first.</summary>
    private const int Coarse = 12;

    /// <summary>
    /// Adds to groups of equal content those of the same picture: for each file the index of the first one that shows the same.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="firstOfEach">For each file the index of the first one with the same content.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    public static int[] FirstOfEach(IReadOnlyList<FoundFile> files, int[] firstOfEach, CancellationToken cancellationToken)
    {
        int[] first = [.. firstOfEach];
        var thumbnails = Thumbnails(files, [.. first.Distinct()], cancellationToken);
        for (int i = 0; i < thumbnails.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Sorted by the sum of the pixels, which differs at most as much as the pixels do, so only neighbours are compared.
            for (int j = i + 1; j < thumbnails.Length && thumbnails[j].Sum - thumbnails[i].Sum <= LargestSum; j++)
            {
                if (AreSimilar(thumbnails[i], thumbnails[j]))
                    Join(first, thumbnails[i].File, thumbnails[j].File);
            }
        }

        for (int i = 0; i < first.Length; i++)
            first[i] = Root(first, i);
        return first;
    }

    private static Thumbnail[] Thumbnails(IReadOnlyList<FoundFile> files, int[] wanted, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(new ImagePreprocessing { Width = Side, Height = Side, Resize = ImageResizeMode.Squash });
        var thumbnails = new Thumbnail?[wanted.Length];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, wanted.Length, options, i =>
        {
            Span<float> pixels = stackalloc float[Length];
            try
            {
                preprocessor.Load(files[wanted[i]].Path, pixels);
                thumbnails[i] = new Thumbnail(wanted[i], pixels);
            }
            catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
            {
                // It equals nothing; whoever uses it will hear why it cannot be decoded.
            }
        });
        return [.. thumbnails.OfType<Thumbnail>().OrderBy(thumbnail => thumbnail.Sum).ThenBy(thumbnail => thumbnail.File)];
    }

    private static bool AreSimilar(Thumbnail a, Thumbnail b)
    {
        int coarse = 0;
        for (int i = 0; i < Coarse; i++)
            coarse += Math.Abs(a.Quarters[i] - b.Quarters[i]);
        if (coarse > LargestSum)
            return false;
        int sum = 0;
        for (int i = 0; i < Length; i++)
            sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
        return sum <= LargestSum;
    }

    private static int Root(int[] first, int file)
    {
        while (first[file] != file)
            file = first[file];
        return file;
    }

    /// <summary>The root of a group is its smallest index, so that the first file stands for it.</summary>
    private static void Join(int[] first, int a, int b)
    {
        (a, b) = (Root(first, a), Root(first, b));
        first[Math.Max(a, b)] = Math.Min(a, b);
    }

    private sealed class Thumbnail
    {
        public Thumbnail(int file, ReadOnlySpan<float> pixels)
        {
            File = file;
            for (int i = 0; i < Length; i++)
            {
                Pixels[i] = (byte)Math.Clamp(MathF.Round(pixels[i]), 0, byte.MaxValue);
                int channel = i / (Side * Side);
                int row = i / Side % Side;
                int column = i % Side;
                Quarters[4 * channel + row / (Side / 2) * 2 + column / (Side / 2)] += Pixels[i];
                Sum += Pixels[i];
            }
        }

        public int File { get; }

        public int Sum { get; }

        public byte[] Pixels { get; } = new byte[Length];

        public int[] Quarters { get; } = new int[Coarse];
    }
}
