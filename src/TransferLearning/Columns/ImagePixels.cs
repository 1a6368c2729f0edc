using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Converts images of ML.NET to those of the library.</summary>
internal static class ImagePixels
{
    private const int BytesPerPixel = 4;
    private const int Channels = 3;

    /// <summary>Copies an image; transparency, which ML.NET stores multiplied into the colours, becomes white.</summary>
    /// <exception cref="ImageDecodeException">The image does not have 32 bits per pixel.</exception>
    public static PixelImage Copy(MLImage image, string name)
    {
        if (image.PixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
            throw new ImageDecodeException(name, $"its pixel format is {image.PixelFormat}; only Bgra32 and Rgba32 are supported");
        int red = image.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
        var copy = new PixelImage(image.Width, image.Height);
        var source = image.Pixels;
        var target = copy.Pixels;
        for (int from = 0, to = 0; to < target.Length; from += BytesPerPixel, to += Channels)
        {
            int white = byte.MaxValue - source[from + 3];
            target[to] = OnWhite(source[from + red], white);
            target[to + 1] = OnWhite(source[from + 1], white);
            target[to + 2] = OnWhite(source[from + 2 - red], white);
        }

        return copy;
    }

    /// <summary>Copies the pixels of an image so that it can be an image of a dataset.</summary>
    public static RawImage Content(PixelImage image)
    {
        int area = image.Width * image.Height;
        byte[] planes = new byte[Channels * area];
        var pixels = image.Pixels;
        for (int i = 0; i < planes.Length; i++)
            planes[i % Channels * area + i / Channels] = pixels[i];
        return new RawImage(planes, 0, image.Width, image.Height, Channels);
    }

    /// <summary>A copy of an image that belongs to whoever receives it.</summary>
    public static MLImage? Clone(MLImage? image) =>
        image is null ? null : MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);

    private static byte OnWhite(byte colour, int white) => (byte)Math.Min(colour + white, byte.MaxValue);
}
