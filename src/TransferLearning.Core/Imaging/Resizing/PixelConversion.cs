using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>Converts pixels of four bytes (red, green, blue, alpha) to three, in place.</summary>
internal static class PixelConversion
{
    /// <summary>Drops the fourth byte of each pixel; the packed pixels start at the same position.</summary>
    /// <param name="pixels">4 · count bytes.</param>
    public static void PackOpaque(Span<byte> pixels)
    {
        int count = pixels.Length / 4;
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
            ref byte start = ref MemoryMarshal.GetReference(pixels);

            // Sixteen bytes are written for twelve: the surplus overwrites pixels that were read already.
            for (; i <= count - 4; i += 4)
                Vector128.Shuffle(Vector128.LoadUnsafe(ref start, (nuint)(4 * i)), order).StoreUnsafe(ref start, (nuint)(3 * i));
        }

        for (; i < count; i++)
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]);
    }

    /// <summary>The luma from which a colour is lost on white.</summary>
    private const int NearlyWhite = 224;

    /// <summary>
    /// Blends each pixel, whose colour is not premultiplied by alpha, with white, or with black where all that is visible is nearly white
    /// and would be lost; the packed pixels start at the same position.
    /// </summary>
    /// <param name="pixels">4 · count bytes.</param>
    public static void PackOnGround(Span<byte> pixels)
    {
        int ground = IsWhiteDrawing(pixels) ? 0 : 255;
        int count = pixels.Length / 4;
        for (int i = 0; i < count; i++)
        {
            var pixel = pixels.Slice(4 * i, 4);
            int alpha = pixel[3];
            (byte red, byte green, byte blue) = (On(ground, pixel[0], alpha), On(ground, pixel[1], alpha), On(ground, pixel[2], alpha));
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (red, green, blue);
        }
    }

    /// <summary>Whether there are visible pixels and transparent ones, and all visible ones are nearly white.</summary>
    private static bool IsWhiteDrawing(ReadOnlySpan<byte> pixels)
    {
        bool isVisible = false, isTransparent = false;
        for (int i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i + 3] < 128)
            {
                isTransparent = true;
                continue;
            }

            isVisible = true;
            if ((299 * pixels[i]) + (587 * pixels[i + 1]) + (114 * pixels[i + 2]) < 1000 * NearlyWhite)
                return false;
        }

        return isVisible && isTransparent;
    }

    private static byte On(int ground, int value, int alpha) => (byte)(((value * alpha) + (ground * (255 - alpha)) + 127) / 255);
}
