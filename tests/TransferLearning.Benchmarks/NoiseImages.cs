using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning.Benchmarks;

/// <summary>JPEG files of noise in many sizes, for work in which sizes matter and content does not.</summary>
internal static class NoiseImages
{
    private const int Sizes = 24, Least = 32, Step = 37;

    /// <summary>Squares of 24 sizes from 32 × 32 to 883 × 883 pixels, the same in every run.</summary>
    public static byte[][] Create() => [.. Enumerable.Range(0, Sizes).Select(i => Encode(Least + (i * Step)))];

    private static byte[] Encode(int side)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] pixels = new byte[bitmap.ByteCount];
        new Random(side).NextBytes(pixels);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
