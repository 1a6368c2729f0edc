using System.Buffers;
using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// How sharp an image is, whatever its size, contrast and content: 0 where every edge is a wide ramp, about 0.4 for a usual photo. The root
/// mean square of the differences between neighbouring pixels is divided by that at half the size, which gives 1/2 on a ramp, and 1/2
/// becomes 0. What counts is the direction, of four, with the least: motion leaves the edges along its path sharp.
/// </summary>
/// <remarks>
/// As in Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric" (2007), an image is
/// compared with itself at less detail. The limits are measured: <c>dotnet run -c Release --project tests/TransferLearning.Benchmarks --
/// blur FOLDER…</c>.
/// </remarks>
internal static class Sharpness
{
    /// <summary>
    /// Images are compared at this length of the shorter side, in pixels, or at their own if they are smaller. A JPEG of usual size is
    /// decoded at 1/4 for it.
    /// </summary>
    private const int Side = 90;

    /// <summary>A smaller image has too few pixels to tell.</summary>
    private const int SmallestSide = 24;

    /// <summary>The mean square of differences that rounding and compression make.</summary>
    private const float NoiseEnergy = 0.1f;

    /// <summary>
    /// Below this part of its variance, the differences of an image are those of gradients: there are no edges to judge by.
    /// </summary>
    private const double LeastEdges = 0.01;

    /// <summary>
    /// A direction with a smaller part of the differences of the best one does not count: nothing but edges along it are there, which look
    /// like ramps in it. Motion leaves more.
    /// </summary>
    private const double LeastPartOfEdges = 0.08;

    /// <summary>A sharper image is not blurred, whatever the others are.</summary>
    private const double LargestOfBlurred = 0.17;

    /// <summary>An image is not blurred if its sharpness is a larger part of that of the usual image of its dataset.</summary>
    private const double LargestPartOfUsual = 0.45;

    /// <summary>Fewer images do not tell what is usual.</summary>
    private const int FewestImages = 8;

    private static readonly (int Right, int Down)[] Directions = [(1, 0), (0, 1), (1, 1), (-1, 1)];

    /// <summary>The sharpness; null if the image is too small or has no edges.</summary>
    /// <param name="encoded">The image, to decode it again if it was decoded at too small a scale.</param>
    /// <param name="decoded">The image, decoded at any scale.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <param name="decoding">The limits of decoding.</param>
    public static double? Of(in ImageBytes encoded, PixelImage decoded, string name, ImageDecodeOptions decoding)
    {
        int shorter = Math.Min(decoded.SourceWidth, decoded.SourceHeight);
        if (shorter < SmallestSide)
            return null;
        double scale = Math.Min(1, (double)Side / shorter);
        var size = new ImagePreprocessing
        {
            Width = (int)Math.Round(decoded.SourceWidth * scale),
            Height = (int)Math.Round(decoded.SourceHeight * scale),
            Resize = ImageResizeMode.Squash,
        };
        bool hasDetail = decoded.Width >= size.Width && decoded.Height >= size.Height;
        using var again = hasDetail
            ? null
            : ImageDecoder.Decode(encoded.Bytes, name, decoding with { Oversampling = 1 }, size, encoded.Box, onlyTarget: true);
        return Of(again ?? decoded, size);
    }

    /// <summary>The indices of the images that are much less sharp than the others; none if all are soft.</summary>
    /// <param name="sharpness">The sharpness of each image; null for those that are not judged.</param>
    public static int[] FindBlurred(IReadOnlyList<double?> sharpness)
    {
        double[] known = [.. sharpness.OfType<double>().Order()];
        if (known.Length < FewestImages)
            return [];
        double limit = Math.Min(LargestOfBlurred, LargestPartOfUsual * known[known.Length / 2]);
        return [.. Enumerable.Range(0, sharpness.Count).Where(i => sharpness[i] < limit)];
    }

    private static double? Of(PixelImage image, ImagePreprocessing size)
    {
        float[] values = ArrayPool<float>.Shared.Rent(size.TensorLength);
        float[] halved = ArrayPool<float>.Shared.Rent(size.TensorLength);
        try
        {
            new ImagePreprocessor(size).Write(image, values.AsSpan(0, size.TensorLength));
            var fine = GreyImage.Of(values, size.Width, size.Height);
            return Of(fine, fine.Halve(halved));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(halved);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static double? Of(in GreyImage fine, in GreyImage coarse)
    {
        Span<double> fineEnergy = stackalloc double[Directions.Length], coarseEnergy = stackalloc double[Directions.Length];
        foreach (var (i, (right, down)) in Directions.Index())
            (fineEnergy[i], coarseEnergy[i]) = (fine.Energy(right, down), coarse.Energy(right, down));
        double most = TensorPrimitives.Max<double>(coarseEnergy);
        if (most < LeastEdges * fine.Variance())
            return null;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Directions.Length; i++)
        {
            if (coarseEnergy[i] >= LeastPartOfEdges * most)
                least = Math.Min(least, (fineEnergy[i] + NoiseEnergy) / (coarseEnergy[i] + (4 * NoiseEnergy)));
        }

        return (2 * Math.Sqrt(least)) - 1;
    }

    /// <summary>The brightness of the pixels, row by row, at the start of a rented array.</summary>
    private readonly record struct GreyImage(float[] Values, int Width, int Height)
    {
        /// <summary>Makes three planes of colours one of brightness (ITU-R BT.601, as in JPEG), in place.</summary>
        public static GreyImage Of(float[] planes, int width, int height)
        {
            int count = width * height;
            var grey = planes.AsSpan(0, count);
            TensorPrimitives.Multiply(grey, 0.299f, grey);
            TensorPrimitives.MultiplyAdd(planes.AsSpan(count, count), 0.587f, grey, grey);
            TensorPrimitives.MultiplyAdd(planes.AsSpan(2 * count, count), 0.114f, grey, grey);
            return new GreyImage(planes, width, height);
        }

        /// <summary>The mean of 2 × 2 pixels each.</summary>
        public GreyImage Halve(float[] values)
        {
            var half = new GreyImage(values, Width / 2, Height / 2);
            for (int y = 0; y < half.Height; y++)
            {
                var upper = Row(2 * y);
                var lower = Row((2 * y) + 1);
                for (int x = 0; x < half.Width; x++)
                    half.Values[(y * half.Width) + x] = (upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]) / 4;
            }

            return half;
        }

        /// <summary>The mean square of the differences between pixels and their neighbours in a direction.</summary>
        public double Energy(int right, int down)
        {
            double sum = 0;
            int length = Width - Math.Abs(right);
            for (int y = 0; y + down < Height; y++)
            {
                float distance = TensorPrimitives.Distance(
                    Row(y).Slice(Math.Max(0, -right), length), Row(y + down).Slice(Math.Max(0, right), length));
                sum += distance * distance;
            }

            return sum / ((double)length * (Height - down));
        }

        /// <summary>The variance of the pixels.</summary>
        public double Variance()
        {
            var pixels = Values.AsSpan(0, Width * Height);
            double mean = TensorPrimitives.Sum<float>(pixels) / (double)pixels.Length;
            return (TensorPrimitives.SumOfSquares<float>(pixels) / (double)pixels.Length) - (mean * mean);
        }

        private ReadOnlySpan<float> Row(int y) => Values.AsSpan(y * Width, Width);
    }
}
