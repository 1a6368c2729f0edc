using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>
/// Upsamples chroma of half the width (and height): along each side, a pixel is 3/4 of the nearer and 1/4 of the farther of the two values
/// between whose centres it is (a triangle filter, libjpeg's "fancy upsampling").
/// </summary>
internal readonly unsafe ref struct ChromaInterpolation
{
    private const int Lanes = 8;

    private readonly int _width; // values in a row of the planes
    private readonly int _height; // rows of the planes if they have half the height; 0: full height
    private readonly int _first; // range of the values that the window needs
    private readonly int _end;
    private readonly ushort _evenBias; // libjpeg rounds differently at even and odd positions
    private readonly ushort _oddBias;
    private readonly ushort* _sums;

    /// <summary>Prepares a window.</summary>
    /// <param name="width">The width of the image in pixels.</param>
    /// <param name="height">Rows of chroma if it has half the height; 0: full height.</param>
    /// <param name="window">The needed pixels.</param>
    /// <param name="space"><see cref="SpaceFor"/> bytes.</param>
    public ChromaInterpolation(int width, int height, PixelWindow window, byte* space)
    {
        _width = (width + 1) / 2;
        _height = height;
        (_evenBias, _oddBias) = height > 0 ? ((ushort)8, (ushort)7) : ((ushort)4, (ushort)8);
        _first = window.Left / 2;
        _end = (window.Right + 1) / 2;
        int row = RowLength(width);
        Blue = space;
        Red = space + row;
        _sums = (ushort*)(Red + row) + 1; // one value before the first
    }

    /// <summary>Receives Cb of a row of pixels.</summary>
    public byte* Blue { get; }

    /// <summary>Receives Cr of a row of pixels.</summary>
    public byte* Red { get; }

    /// <summary>The number of bytes of working memory for an image width: two rows of pixels, and one row of two-byte sums.</summary>
    public static int SpaceFor(int width) => 3 * RowLength(width);

    /// <summary>Interpolates one row of pixels into <see cref="Blue"/> and <see cref="Red"/>.</summary>
    /// <param name="blue">The first Cb value of the image.</param>
    /// <param name="red">The first Cr value.</param>
    /// <param name="stride">The distance between rows of both.</param>
    /// <param name="y">The row of pixels.</param>
    public void Interpolate(byte* blue, byte* red, int stride, int y)
    {
        int near = y, far = y;
        if (_height > 0)
        {
            near = y / 2;
            far = Math.Clamp(near + ((y & 1) == 0 ? -1 : 1), 0, _height - 1);
        }

        Row(blue + ((nint)near * stride), blue + ((nint)far * stride), Blue);
        Row(red + ((nint)near * stride), red + ((nint)far * stride), Red);
    }

    /// <summary>Complete vectors are written, and one value before and one behind the row.</summary>
    private static int RowLength(int width) => width + (8 * Lanes);

    private void Row(byte* near, byte* far, byte* target)
    {
        int from = Math.Max(_first - 1, 0), to = Math.Min(_end + 1, _width);
        var three = Vector128.Create((ushort)3);
        for (int x = from; x < to; x += Lanes)
            ((Widen(near + x) * three) + Widen(far + x)).Store(_sums + x);
        if (from == 0)
            _sums[-1] = _sums[0];
        if (to == _width)
            _sums[to] = _sums[to - 1];
        var (evenBias, oddBias) = (Vector128.Create(_evenBias), Vector128.Create(_oddBias));
        for (int x = _first; x < _end; x += Lanes)
        {
            var middle = Vector128.Load(_sums + x) * three;
            var even = (middle + Vector128.Load(_sums + x - 1) + evenBias) >> 4;
            var odd = (middle + Vector128.Load(_sums + x + 1) + oddBias) >> 4;
            (even | (odd << 8)).Store((ushort*)(target + (2 * x)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Widen(byte* values) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(values)).AsByte());
}
