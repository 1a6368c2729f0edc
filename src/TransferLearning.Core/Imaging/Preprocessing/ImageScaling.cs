using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning;

/// <summary>Scales and encodes images for display: upright and complete, decoded like the inputs of networks.</summary>
internal static class ImageScaling
{
    /// <summary>Decodes an image and scales it down.</summary>
    /// <param name="image">The content of the file.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <param name="longestSide">The maximum of width and height, in pixels; a smaller image keeps its size.</param>
    /// <param name="options">The limits of decoding.</param>
    /// <returns>The image, which the caller disposes; its <see cref="PixelImage.SourceWidth"/> and height are those of the file.</returns>
    /// <exception cref="ImageDecodeException">The file is not an image that can be decoded.</exception>
    public static PixelImage Fit(in ImageBytes image, string name, int longestSide, ImageDecodeOptions options)
    {
        var info = ImageDecoder.Probe(image.Bytes, name, options, image.Box);
        double scale = Math.Min(1, (double)longestSide / Math.Max(info.Width, info.Height));
        int width = Math.Max(1, (int)Math.Round(info.Width * scale)), height = Math.Max(1, (int)Math.Round(info.Height * scale));
        var target = new ImagePreprocessing { Width = width, Height = height, Resize = ImageResizeMode.Squash, Layout = TensorLayout.Nhwc };
        var preprocessor = new ImagePreprocessor(target, options);
        float[] values = new float[preprocessor.TensorLength];
        preprocessor.Load(image, values, name);
        var scaled = new PixelImage(width, height) { SourceWidth = info.Width, SourceHeight = info.Height };
        var pixels = scaled.Pixels;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp((int)MathF.Round(values[i]), 0, 255);
        return scaled;
    }

    /// <summary>Encodes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="format">JPEG or PNG.</param>
    /// <param name="quality">The JPEG quality, 0 to 100.</param>
    public static byte[] Encode(PixelImage image, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = ToBitmap(image);
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>The image as a bitmap, which the caller disposes.</summary>
    public static SKBitmap ToBitmap(PixelImage image)
    {
        byte[] opaque = new byte[4 * image.Width * image.Height];
        var source = image.Pixels;
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            source.Slice(3 * i, 3).CopyTo(opaque.AsSpan(4 * i));
            opaque[(4 * i) + 3] = 255;
        }

        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(opaque, 0, bitmap.GetPixels(), opaque.Length);
        return bitmap;
    }
}
