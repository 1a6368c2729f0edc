using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// An image as 16 × 16 pixels of three channels. The distance of two thumbnails is the sum of absolute differences; their
/// <see cref="Projections"/> never differ by more than that.
/// </summary>
internal sealed class Thumbnail
{
    /// <summary>The mean absolute difference, on the scale 0–255, up to which two thumbnails count as the same image.</summary>
    public const int LargestDifference = 3;

    /// <summary>The same as a sum over all values.</summary>
    public const int LargestSum = LargestDifference * Length;

    /// <summary>
    /// Images of little contrast are near to each other whatever they show: their distance must also be below this part of their contrast.
    /// </summary>
    private const double LargestPartOfContrast = 0.08;

    /// <summary>The number of <see cref="Projections"/>.</summary>
    public const int ProjectionCount = 4;

    /// <summary>Noise and compression change an average of many pixels by less than this.</summary>
    private const int LargestBlankRange = 4;

    private const int Side = 16;
    private const int Length = 3 * Side * Side;

    private static readonly ImagePreprocessor Preprocessor =
        new(new ImagePreprocessing { Width = Side, Height = Side, Resize = ImageResizeMode.Squash });

    private readonly byte[] _pixels = new byte[Length];
    private readonly int[] _projections = new int[ProjectionCount];

    /// <summary>The sum of absolute differences to the mean of each channel.</summary>
    private readonly double _contrast;

    private Thumbnail(ReadOnlySpan<float> pixels)
    {
        for (int i = 0; i < Length; i++)
        {
            byte value = (byte)Math.Clamp(MathF.Round(pixels[i]), 0, byte.MaxValue);
            _pixels[i] = value;
            int channel = i / (Side * Side);
            bool lower = i / Side % Side >= Side / 2;
            bool right = i % Side >= Side / 2;
            _projections[0] += value;
            _projections[1] += right ? value : -value;
            _projections[2] += lower ? value : -value;
            _projections[3] += channel == 0 ? value : channel == 2 ? -value : 0;
        }

        for (int start = 0; start < Length; start += Side * Side)
        {
            var channel = pixels.Slice(start, Side * Side);
            float mean = TensorPrimitives.Sum(channel) / channel.Length;
            foreach (float value in channel)
                _contrast += Math.Abs(value - mean);
        }
    }

    /// <summary>
    /// Brightness, right minus left half, lower minus upper half, red minus blue: sums with weights from −1 to 1, so each differs between
    /// two thumbnails by at most their distance.
    /// </summary>
    public ReadOnlySpan<int> Projections => _projections;

    /// <summary>Whether the image has one colour, but for noise.</summary>
    public bool IsBlank
    {
        get
        {
            for (int channel = 0; channel < 3; channel++)
            {
                var values = _pixels.AsSpan(channel * Side * Side, Side * Side);
                if (TensorPrimitives.Max<byte>(values) - TensorPrimitives.Min<byte>(values) > LargestBlankRange)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Decodes an image and scales it.</summary>
    /// <exception cref="ImageDecodeException">The image cannot be decoded.</exception>
    public static Thumbnail Of(in ImageBytes image, string name, ImageDecodeOptions decoding)
    {
        using var decoded = Decode(image, name, decoding);
        return Of(decoded);
    }

    /// <summary>Decodes an image at a scale that suffices: a JPEG mostly at 1/8 of its size.</summary>
    /// <exception cref="ImageDecodeException">The image cannot be decoded.</exception>
    public static PixelImage Decode(in ImageBytes image, string name, ImageDecodeOptions decoding) =>
        ImageDecoder.Decode(image.Bytes, name, decoding, Preprocessor.Preprocessing, image.Box);

    /// <summary>Scales an image that was decoded by <see cref="Decode"/>.</summary>
    public static Thumbnail Of(PixelImage decoded)
    {
        Span<float> pixels = stackalloc float[Length];
        Preprocessor.Write(decoded, pixels);
        return new Thumbnail(pixels);
    }

    /// <summary>Whether both are the same image, perhaps encoded differently.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="equal">Whether there is no difference at all.</param>
    public bool IsSameImageAs(Thumbnail other, out bool equal)
    {
        int distance = DistanceTo(other);
        equal = distance == 0;
        return distance <= LargestSum && distance <= LargestPartOfContrast * Math.Min(_contrast, other._contrast);
    }

    /// <summary>The sum of absolute differences.</summary>
    public int ExactDistanceTo(Thumbnail other)
    {
        int sum = 0;
        for (int i = 0; i < Length; i++)
            sum += Math.Abs(_pixels[i] - other._pixels[i]);
        return sum;
    }

    /// <summary>The sum of absolute differences; above <see cref="LargestSum"/>, any number above it.</summary>
    public int DistanceTo(Thumbnail other)
    {
        int sum = 0;
        for (int start = 0; start < Length && sum <= LargestSum; start += Side)
        {
            for (int i = start; i < start + Side; i++)
                sum += Math.Abs(_pixels[i] - other._pixels[i]);
        }

        return sum;
    }
}
