using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>
/// Converts Y, Cb and Cr (JFIF 1.02, ITU-R BT.601) to colours: R = Y + 1.402 (Cr − 128), G = Y − 0.34414 (Cb − 128) − 0.71414 (Cr − 128), B
/// = Y + 1.772 (Cb − 128), in fixed point of 16 bits.
/// </summary>
internal static unsafe class JpegColours
{
    /// <summary>Bytes behind the planes that may be read.</summary>
    public const int Padding = 32;

    private const int RedOfCr = 91_881, GreenOfCb = -22_554, GreenOfCr = -46_802, BlueOfCb = 116_130;
    private const int Half = 1 << 15;
    private const int Lanes = 8;

    /// <summary>Writes the pixels of a window.</summary>
    /// <param name="frame">The headers.</param>
    /// <param name="layout">The planes: Y alone, or Y, Cb and Cr.</param>
    /// <param name="eighths">The scale.</param>
    /// <param name="planes">The bytes of the planes.</param>
    /// <param name="space">The working memory of <see cref="ChromaInterpolation"/>.</param>
    /// <param name="window">The window.</param>
    /// <param name="pixels">The image, one number for each pixel.</param>
    /// <param name="width">Its width.</param>
    public static void Write(
        JpegFrame frame, JpegPlane[] layout, int eighths, byte* planes, byte* space, PixelWindow window, uint* pixels, int width)
    {
        if (layout is [var grey])
        {
            for (int y = window.Top; y < window.Bottom; y++)
                WriteGrey(planes + grey.Start + ((nint)y * grey.Stride), window.Left, window.Right, pixels + ((nint)y * width));
            return;
        }

        var (luma, blue, red) = (layout[0], layout[1], layout[2]);
        bool narrow = blue.Columns < eighths * frame.UnitColumns, low = blue.Rows < eighths * frame.UnitRows;
        var interpolation = new ChromaInterpolation(frame.Width, low ? (frame.Height + 1) / 2 : 0, window, space);
        for (int y = window.Top; y < window.Bottom; y++)
        {
            byte* brightness = planes + luma.Start + ((nint)y * luma.Stride);
            uint* row = pixels + ((nint)y * width);
            if (narrow)
            {
                interpolation.Interpolate(planes + blue.Start, planes + red.Start, blue.Stride, y);
                WriteRow(brightness, interpolation.Blue, interpolation.Red, window.Left, window.Right, row);
            }
            else
            {
                nint offset = (nint)y * blue.Stride;
                WriteRow(brightness, planes + blue.Start + offset, planes + red.Start + offset, window.Left, window.Right, row);
            }
        }
    }

    private static void WriteRow(byte* brightness, byte* blue, byte* red, int left, int right, uint* target)
    {
        int x = left;
        for (; x <= right - Lanes; x += Lanes)
            Convert(Widen(brightness + x), Widen(blue + x), Widen(red + x)).Store(target + x);
        if (x == right)
            return;
        var last = Convert(Widen(brightness + x), Widen(blue + x), Widen(red + x));
        for (int lane = 0; x < right; x++, lane++)
            target[x] = last[lane];
    }

    private static void WriteGrey(byte* brightness, int left, int right, uint* target)
    {
        for (int x = left; x < right; x++)
            target[x] = (brightness[x] * 0x010101u) | 0xFF000000u;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Convert(Vector256<int> brightness, Vector256<int> blue, Vector256<int> red)
    {
        var centre = Vector256.Create(128);
        blue -= centre;
        red -= centre;
        var half = Vector256.Create(Half);
        var r = Limit(brightness + (((red * RedOfCr) + half) >> 16));
        var g = Limit(brightness + (((blue * GreenOfCb) + (red * GreenOfCr) + half) >> 16));
        var b = Limit(brightness + (((blue * BlueOfCb) + half) >> 16));
        return (r | (g << 8) | (b << 16)).AsUInt32() | Vector256.Create(0xFF000000u);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Limit(Vector256<int> value) =>
        Vector256.Min(Vector256.Max(value, Vector256<int>.Zero), Vector256.Create(255));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(byte* values)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(values)).AsByte());
        var (lower, upper) = Vector128.Widen(words);
        return Vector256.Create(lower, upper).AsInt32();
    }
}
