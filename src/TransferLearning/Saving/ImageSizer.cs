using System.Buffers;
using System.Numerics;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>
/// Resizes and crops as the library's preprocessing does, and stops before the normalization: the colours are whole numbers there, so that
/// they fit into an image of ML.NET without loss.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
internal sealed class ImageSizer
{
    private const int BytesPerPixel = 4;

    private readonly ImagePreprocessor _preprocessor;

    private ImageSizer(ImagePreprocessing preprocessing) => _preprocessor = new ImagePreprocessor(preprocessing with
    {
        // Colours become 1 to 256, so that 0 is only in the margin of ImageResizeMode.Pad.
        Mean = new Vector3(-1),
        StandardDeviation = Vector3.One,
        ChannelOrder = ChannelOrder.Rgb,
        Layout = TensorLayout.Nhwc,
    });

    /// <summary>Reads the JSON of a preprocessing.</summary>
    /// <exception cref="FormatException">The text is not such JSON.</exception>
    public static ImageSizer Parse(string preprocessing) => new(ImagePreprocessing.Parse(preprocessing));

    /// <summary>Puts an image into a row, in place of the previous one. A margin is transparent.</summary>
    /// <exception cref="ImageDecodeException">The image cannot be decoded.</exception>
    public void Write(ImageSource source, ResizedImageRow row)
    {
        int length = _preprocessor.TensorLength;
        float[] numbers = ArrayPool<float>.Shared.Rent(length);
        byte[] pixels = ArrayPool<byte>.Shared.Rent(length / 3 * BytesPerPixel);
        try
        {
            using (var content = source.Read(ImageDecodeOptions.Default))
                content.Load(_preprocessor, numbers.AsSpan(0, length), source.Name);
            for (int from = 0, to = 0; from < length; from += 3, to += BytesPerPixel)
            {
                bool margin = numbers[from] == 0;
                pixels[to] = Colour(numbers[from]);
                pixels[to + 1] = Colour(numbers[from + 1]);
                pixels[to + 2] = Colour(numbers[from + 2]);
                pixels[to + 3] = margin ? byte.MinValue : byte.MaxValue;
            }

            // An image holds native memory, which the garbage collector does not count.
            row.Image?.Dispose();
            var size = _preprocessor.Preprocessing;
            row.Image = MLImage.CreateFromPixels(
                size.Width, size.Height, MLPixelFormat.Rgba32, pixels.AsSpan(0, length / 3 * BytesPerPixel));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(numbers);
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private static byte Colour(float number) => (byte)Math.Max(number - 1, 0);
}
