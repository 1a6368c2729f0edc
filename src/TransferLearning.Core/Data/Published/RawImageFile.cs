using SkiaSharp;

namespace TransferLearning;

/// <summary>Writes raw pixels of a dataset as PNG files.</summary>
internal static class RawImageFile
{
    /// <summary>The PNG of grey pixels.</summary>
    /// <param name="pixels">One byte for each pixel.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="transposed">Whether the pixels are stored column by column, not row by row.</param>
    public static Stream Grey(ReadOnlySpan<byte> pixels, int width, int height, bool transposed)
    {
        using var image = new PixelImage(width, height);
        for (int i = 0; i < pixels.Length; i++)
            image.Pixels.Slice(3 * i, 3).Fill(pixels[transposed ? (i % width * height) + (i / width) : i]);
        return Encode(image);
    }

    /// <summary>The PNG of a plane of red bytes, one of green and one of blue.</summary>
    public static Stream Colour(ReadOnlySpan<byte> planes, int width, int height)
    {
        using var image = new PixelImage(width, height);
        int area = width * height;
        for (int i = 0; i < 3 * area; i++)
            image.Pixels[i] = planes[(i % 3 * area) + (i / 3)];
        return Encode(image);
    }

    private static MemoryStream Encode(PixelImage image) => new(ImageScaling.Encode(image, SKEncodedImageFormat.Png), writable: false);
}
