using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning;

/// <summary>
/// The first pass of a resize: every needed row is resampled to the new width, as bytes. Rows are planar for
/// <see cref="TensorLayout.Nchw"/> (all of the first channel, then the second, then the third) and interleaved otherwise, so that the
/// second pass reads its numbers in the order of the tensor.
/// </summary>
/// <remarks>
/// As many rows as a vector has pixels are transposed into a band with one vector for each column. Neighbouring pixels of a row are then
/// neighbouring vectors, and the sums need no exchange between lanes.
/// </remarks>
internal static class HorizontalPass
{
    /// <summary>Bytes behind the last row that may be written.</summary>
    public const int Padding = 4;

    /// <summary>The number of rows in a band: a pixel has four bytes there, the last of which is unused.</summary>
    private static int BandRows => Vector<byte>.Count / 4;

    /// <summary>Resamples rows of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="columns">The weights along the width.</param>
    /// <param name="firstRow">The first needed row.</param>
    /// <param name="endRow">The end (exclusive) of the needed rows.</param>
    /// <param name="destination">Receives 3 · new width bytes for each row; <see cref="Padding"/> more bytes behind them.</param>
    /// <param name="target">Layout and channel order.</param>
    public static void Run(
        PixelImage image, ResampleTable columns, int firstRow, int endRow, Span<byte> destination, ImagePreprocessing target)
    {
        int width = columns.Axis.Count;
        int bandWidth = columns.EndNeeded - columns.FirstNeeded;
        bool planar = target.Layout == TensorLayout.Nchw;
        var order = Order(planar, target.ChannelOrder == ChannelOrder.Bgr);
        uint[] buffer = ArrayPool<uint>.Shared.Rent((bandWidth + width) * BandRows);
        try
        {
            var band = buffer.AsSpan(0, bandWidth * BandRows);
            var resampled = buffer.AsSpan(band.Length, width * BandRows);
            for (int top = firstRow; top < endRow; top += BandRows)
            {
                int rows = Math.Min(BandRows, endRow - top);
                for (int row = 0; row < rows; row++)
                    Gather(image.PaddedPixels[(((top + row) * image.Width + columns.FirstNeeded) * 3)..], band[row..]);
                Resample(band, columns, resampled);
                for (int row = 0; row < rows; row++)
                {
                    var finished = destination.Slice((top + row - firstRow) * width * 3, width * 3 + Padding);
                    Scatter(resampled[row..], finished, width, planar, order);
                }
            }
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies the pixels of one row to one lane of the band; the fourth byte of each is whatever follows.</summary>
    private static void Gather(ReadOnlySpan<byte> pixels, Span<uint> lane)
    {
        int step = BandRows;
        int count = (lane.Length + step - 1) / step;
        ref byte from = ref MemoryMarshal.GetReference(pixels[..(3 * count + 1)]);
        ref uint to = ref MemoryMarshal.GetReference(lane);
        for (int i = 0; i < count; i++)
            Unsafe.Add(ref to, i * step) = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, 3 * i));
    }

    private static void Resample(ReadOnlySpan<uint> band, ResampleTable columns, Span<uint> resampled)
    {
        int stride = Vector<byte>.Count;
        var bytes = MemoryMarshal.AsBytes(band);
        var target = MemoryMarshal.AsBytes(resampled);
        var starts = columns.Starts;
        for (int x = 0; x < starts.Length; x++)
        {
            var weights = columns.Weights(x);
            var vectors = bytes.Slice((starts[x] - columns.FirstNeeded) * stride, weights.Length * stride);
            WeightedRows.Sum(ref MemoryMarshal.GetReference(vectors), stride, weights).ToBytes().CopyTo(target[(x * stride)..]);
        }
    }

    /// <summary>Copies one lane to one row, in the channel order and layout of the tensor.</summary>
    private static void Scatter(ReadOnlySpan<uint> lane, Span<byte> row, int width, bool planar, Vector128<byte> order)
    {
        int step = BandRows;
        int x = 0;
        ref byte at = ref MemoryMarshal.GetReference(row[..(3 * width + Padding)]);
        ref uint from = ref MemoryMarshal.GetReference(lane[..((width - 1) * step + 1)]);
        for (; x <= width - 4; x += 4)
        {
            ref uint four = ref Unsafe.Add(ref from, x * step);
            var taken = Vector128.Create(four, Unsafe.Add(ref four, step), Unsafe.Add(ref four, 2 * step), Unsafe.Add(ref four, 3 * step));
            var pixels = Vector128.ShuffleNative(taken.AsByte(), order);
            if (planar)
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, x), pixels.AsUInt32()[0]);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, width + x), pixels.AsUInt32()[1]);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, 2 * width + x), pixels.AsUInt32()[2]);
            }
            else
            {
                // Four surplus bytes: the next step or row overwrites them, or they are in the padding.
                pixels.StoreUnsafe(ref at, (nuint)(3 * x));
            }
        }

        for (; x < width; x++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int source = order[planar ? 4 * channel : channel];
                row[planar ? channel * width + x : 3 * x + channel] = (byte)(lane[x * step] >> (8 * source));
            }
        }
    }

    /// <summary>The destinations of the bytes of four pixels (red, green, blue, unused).</summary>
    private static Vector128<byte> Order(bool planar, bool reversed) => (planar, reversed) switch
    {
        (true, false) => Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
        (true, true) => Vector128.Create((byte)2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12, 3, 7, 11, 15),
        (false, false) => Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15),
        (false, true) => Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15),
    };
}
