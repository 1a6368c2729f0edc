using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>
/// The inverse discrete cosine transform of 8 × 8 coefficients to a block of 1, 2, 4 or 8 rows and columns: the means of the 8 × 8 pixels
/// over equal rectangles, computed directly. With C the coefficients, out = A_rows · C · A_columnsᵀ + 128, and A_n[x, k] = mean over the
/// 8/n pixels j of x of c(k)/2 · cos((2j + 1)kπ/16), c(0) = 1/√2, c(k) = 1.
/// </summary>
/// <remarks>
/// The result is a sum of basis images, one for each coefficient, times its value. Most coefficients of an image are zero and are skipped,
/// which makes this as fast as the usual two passes and simpler. All sums are fused multiply-adds in a fixed order, so they are the same
/// everywhere.
/// </remarks>
internal sealed unsafe class ScaledInverseDct
{
    private const int Size = 8;
    private const int Lanes = 8;

    /// <summary>Most images have the quantization tables of a few qualities; a transform has up to 16 kB.</summary>
    private const int Kept = 32;

    private static readonly RecentTables<ScaledInverseDct> Recent = new(Kept);

    private readonly ushort[] _quantisation;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int _length; // values of one basis image, padded to complete vectors
    private readonly float _meanStep;
    private readonly float[] _images; // basis images in zigzag order, times the quantization step

    private ScaledInverseDct(int columns, int rows, ushort[] quantisation)
    {
        _quantisation = quantisation;
        _columns = columns;
        _rows = rows;
        _length = Math.Max(Lanes, columns * rows);
        _meanStep = quantisation[0] / 8f;
        _images = new float[64 * _length];
        var (across, down) = (Weights[columns], Weights[rows]);
        for (int place = 0; place < 64; place++)
        {
            var image = _images.AsSpan(place * _length, _length);
            int horizontal = Zigzag[place] & 7, vertical = Zigzag[place] >> 3;
            for (int y = 0; y < rows; y++)
            {
                float weight = quantisation[place] * down[(Size * y) + vertical];
                for (int x = 0; x < columns; x++)
                    image[(y * columns) + x] = weight * across[(Size * x) + horizontal];
            }
        }
    }

    /// <summary>The zigzag order (T.81, figure 5): horizontal frequency (low three bits) and vertical one (high three bits).</summary>
    private static ReadOnlySpan<byte> Zigzag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>The matrices A_n, by n.</summary>
    private static float[][] Weights { get; } = [.. Enumerable.Range(0, Size + 1).Select(n => n is 1 or 2 or 4 or 8 ? WeightsOf(n) : [])];

    /// <summary>The transform for the given sizes and quantization table, prepared if it is not among the last ones.</summary>
    /// <remarks>Safe for use from many threads.</remarks>
    /// <param name="columns">Columns of the result: 1, 2, 4 or 8.</param>
    /// <param name="rows">Rows of the result: 1, 2, 4 or 8.</param>
    /// <param name="quantisation">The quantization table in zigzag order; never modified afterwards.</param>
    public static ScaledInverseDct Get(int columns, int rows, ushort[] quantisation) => Recent.Get(new Source(columns, rows, quantisation));

    /// <summary>Transforms a block.</summary>
    /// <param name="mean">The quantized DC coefficient.</param>
    /// <param name="coefficients">The AC coefficients.</param>
    /// <param name="count">Their number.</param>
    /// <param name="target">The upper left pixel of the result.</param>
    /// <param name="stride">The distance between its rows, in bytes.</param>
    public void Transform(int mean, JpegCoefficient* coefficients, int count, byte* target, nint stride)
    {
        // 0.5 is added for rounding.
        float level = (mean * _meanStep) + 128.5f;
        if (_columns == 1 && _rows == 1)
        {
            *target = (byte)Math.Clamp(level, 0, 255);
            return;
        }

        if (count == 0)
        {
            Fill((byte)Math.Clamp(level, 0, 255), target, stride);
            return;
        }

        ref float images = ref MemoryMarshal.GetArrayDataReference(_images);
        var start = Vector256.Create(level);
        switch (_length)
        {
            case 64:
                SumFour(ref images, coefficients, count, start, target, stride);
                SumFour(ref Unsafe.Add(ref images, 32), coefficients, count, start, target + (4 * stride), stride);
                break;
            case 32:
                SumFour(ref images, coefficients, count, start, target, stride);
                break;
            case 16:
                SumTwo(ref images, coefficients, count, start, target, stride);
                break;
            default:
                Write(SumOne(ref images, coefficients, count, start), target, stride);
                break;
        }
    }

    private static float[] WeightsOf(int size)
    {
        float[] weights = new float[size * Size];
        int pixels = Size / size;
        for (int x = 0; x < size; x++)
        {
            for (int k = 0; k < Size; k++)
            {
                double sum = 0;
                for (int j = x * pixels; j < (x + 1) * pixels; j++)
                    sum += Math.Cos(((2 * j) + 1) * k * Math.PI / 16) / 2;
                weights[(Size * x) + k] = (float)Math.Round((k == 0 ? Math.Sqrt(0.5) : 1) * sum / pixels, 12);
            }
        }

        return weights;
    }

    private void SumFour(
        ref float images, JpegCoefficient* coefficients, int count, Vector256<float> start, byte* target, nint stride)
    {
        var (a, b, c, d) = (start, start, start, start);
        for (int i = 0; i < count; i++)
        {
            var value = Vector256.Create((float)coefficients[i].Value);
            ref float image = ref Unsafe.Add(ref images, _length * coefficients[i].Place);
            a = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image), a);
            b = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image, Lanes), b);
            c = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image, 2 * Lanes), c);
            d = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image, 3 * Lanes), d);
        }

        Write(a, target, stride);
        Write(b, target + stride, stride);
        Write(c, target + (2 * stride), stride);
        Write(d, target + (3 * stride), stride);
    }

    private void SumTwo(
        ref float images, JpegCoefficient* coefficients, int count, Vector256<float> start, byte* target, nint stride)
    {
        var (a, b) = (start, start);
        for (int i = 0; i < count; i++)
        {
            var value = Vector256.Create((float)coefficients[i].Value);
            ref float image = ref Unsafe.Add(ref images, _length * coefficients[i].Place);
            a = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image), a);
            b = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref image, Lanes), b);
        }

        Write(a, target, stride);
        Write(b, target + (Lanes / _columns * stride), stride);
    }

    private static Vector256<float> SumOne(ref float images, JpegCoefficient* coefficients, int count, Vector256<float> sum)
    {
        for (int i = 0; i < count; i++)
        {
            ref float image = ref Unsafe.Add(ref images, Lanes * coefficients[i].Place);
            sum = Vector256.FusedMultiplyAdd(Vector256.Create((float)coefficients[i].Value), Vector256.LoadUnsafe(ref image), sum);
        }

        return sum;
    }

    private void Fill(byte value, byte* target, nint stride)
    {
        ulong values = value * 0x0101_0101_0101_0101u;
        for (int y = 0; y < _rows; y++)
            WriteRow(values, target + (y * stride));
    }

    /// <summary>Clamps, truncates and writes the values of one vector: one row, or several short ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(Vector256<float> values, byte* target, nint stride)
    {
        var limited = Vector256.Min(Vector256.Max(values, Vector256<float>.Zero), Vector256.Create(255f));
        var whole = Vector256.ConvertToInt32(limited);
        var words = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
        ulong bytes = Vector128.Narrow(words, words).AsUInt64().ToScalar();
        int rows = Math.Min(_rows, Lanes / _columns);
        for (int y = 0; y < rows; y++)
        {
            WriteRow(bytes >> (8 * _columns * y), target);
            target += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteRow(ulong bytes, byte* target)
    {
        switch (_columns)
        {
            case 8:
                Unsafe.WriteUnaligned(target, bytes);
                break;
            case 4:
                Unsafe.WriteUnaligned(target, (uint)bytes);
                break;
            case 2:
                Unsafe.WriteUnaligned(target, (ushort)bytes);
                break;
            default:
                *target = (byte)bytes;
                break;
        }
    }

    private readonly struct Source(int columns, int rows, ushort[] quantisation) : ITableSource<ScaledInverseDct>
    {
        public int Hash
        {
            get
            {
                var hash = default(HashCode);
                hash.Add((columns, rows));
                hash.AddBytes(MemoryMarshal.AsBytes<ushort>(quantisation));
                return hash.ToHashCode();
            }
        }

        public bool IsOf(ScaledInverseDct table) =>
            (table._columns, table._rows) == (columns, rows) && quantisation.AsSpan().SequenceEqual(table._quantisation);

        public ScaledInverseDct Compute() => new(columns, rows, quantisation);
    }
}
