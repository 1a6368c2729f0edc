using System.Buffers.Binary;
using SkiaSharp;

namespace TransferLearning.Fuzz;

/// <summary>Small images of every format that the library reads.</summary>
internal static class ImageSeeds
{
    private const int Side = 12;

    /// <summary>The images.</summary>
    public static IEnumerable<byte[]> All()
    {
        yield return Encode(SKEncodedImageFormat.Jpeg, 80);
        yield return WithExif(Encode(SKEncodedImageFormat.Jpeg, 40));
        yield return Encode(SKEncodedImageFormat.Png, 100);
        yield return Encode(SKEncodedImageFormat.Webp, 60);
        yield return Encode(SKEncodedImageFormat.Webp, 100);
        yield return Bitmap();
        yield return Icon(Encode(SKEncodedImageFormat.Png, 100));
        string[] files =
        [
            "progressive.jpg", "restart.jpg", "cmyk.jpg", "palette.png", "sixteen-bit-grey.png", "animated.webp", "transparent.gif",
            "palette.bmp", "icon.ico",
        ];
        foreach (string name in files)
        {
            yield return File.ReadAllBytes(
                Path.Combine(RepositoryFolder.Tests, "TransferLearning.Tests", "Imaging", "Golden", "decode", name));
        }
    }

    /// <summary>An image of coloured stripes, half transparent at one corner; other shades make other images.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int quality, int shade = 0)
    {
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(20 * x), (byte)(20 * y), (byte)((x * y) + shade), (byte)(x + y < 6 ? 128 : 255)));
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>The same JPEG with an EXIF segment that says that it lies on its side.</summary>
    private static byte[] WithExif(byte[] jpeg)
    {
        byte[] exif =
            [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }

    private static byte[] Bitmap()
    {
        byte[] bitmap =
        [
            .. "BM"u8, 86, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0,
            .. new byte[24], .. new byte[24],
        ];
        for (int i = 54; i < bitmap.Length; i++)
            bitmap[i] = (byte)(7 * i);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(2), bitmap.Length);
        return bitmap;
    }

    private static byte[] Icon(byte[] png)
    {
        byte[] icon = [0, 0, 1, 0, 1, 0, Side, Side, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0, .. png];
        BinaryPrimitives.WriteInt32LittleEndian(icon.AsSpan(14), png.Length);
        return icon;
    }
}
