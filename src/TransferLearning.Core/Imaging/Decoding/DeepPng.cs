using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning;

/// <summary>
/// A PNG with 16 bits for each value. Skia keeps the upper eight only, which is nothing of an image that uses a part of the range
/// (<see cref="DeepValues"/>); the values of such an image are read here.
/// </summary>
internal static class DeepPng
{
    private const int Header = 8, Width = 16, Height = 20, Depth = 24, ColourType = 25, Interlace = 28, FirstChunkEnd = 33;

    /// <summary>Whether a PNG has 16 bits for each value, row after row.</summary>
    public static bool Is(ReadOnlySpan<byte> png) => png.Length > FirstChunkEnd && png[Depth] == 16 && png[Interlace] == 0;

    /// <summary>Replaces the colours of a decoded image by those of its part of the range; nothing to do for a usual image.</summary>
    /// <param name="png">The file, which Skia has decoded without an error.</param>
    /// <param name="pixels">Red, green, blue and opacity of each pixel.</param>
    public static void Spread(ReadOnlySpan<byte> png, Span<byte> pixels)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png[Width..]), height = BinaryPrimitives.ReadInt32BigEndian(png[Height..]);
        int channels = png[ColourType] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (channels == 0 || pixels.Length != 4L * width * height)
            return;
        using var content = Content(png);
        ushort lowest = ushort.MaxValue, highest = 0;
        if (!Read(content, width, height, channels, (_, row) =>
        {
            for (int at = 0; at < row.Length; at += 2 * channels)
            {
                // The colour of what is transparent does not count.
                if (channels is 2 or 4 && BinaryPrimitives.ReadUInt16BigEndian(row[(at + (2 * channels) - 2)..]) == 0)
                    continue;
                for (int channel = 0; channel < Colours(channels); channel++)
                {
                    ushort value = BinaryPrimitives.ReadUInt16BigEndian(row[(at + (2 * channel))..]);
                    (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
                }
            }
        }))
            return;
        if (lowest > highest)
            return;
        var (black, range) = DeepValues.RangeOf(lowest, highest);
        if (range >= ushort.MaxValue)
            return;
        byte[] rescaled = pixels.ToArray();
        Read(content, width, height, channels, (y, row) =>
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int from = 2 * ((x * channels) + (Colours(channels) == 1 ? 0 : channel));
                    double value = (BinaryPrimitives.ReadUInt16BigEndian(row[from..]) - black) * 255 / range;
                    rescaled[(4 * ((y * width) + x)) + channel] = (byte)Math.Clamp(value + 0.5, 0, 255);
                }
            }
        });
        rescaled.CopyTo(pixels);
    }

    private delegate void RowReader(int y, ReadOnlySpan<byte> row);

    private static int Colours(int channels) => channels < 3 ? 1 : 3;

    /// <summary>The compressed values of all their chunks.</summary>
    private static MemoryStream Content(ReadOnlySpan<byte> png)
    {
        var content = new MemoryStream(png.Length);
        for (long at = Header; at + 12 <= png.Length;)
        {
            var chunk = png[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..].StartsWith("IDAT"u8))
                content.Write(chunk.Slice(8, (int)Math.Min(length, chunk.Length - 8)));
            at += 12L + length;
        }

        return content;
    }

    /// <summary>Reads the rows; false if there are fewer.</summary>
    private static bool Read(MemoryStream content, int width, int height, int channels, RowReader reader)
    {
        content.Position = 0;
        using var values = new ZLibStream(content, CompressionMode.Decompress, leaveOpen: true);
        int step = 2 * channels;
        byte[] above = new byte[width * step], row = new byte[width * step];
        try
        {
            for (int y = 0; y < height; y++)
            {
                int filter = values.ReadByte();
                values.ReadExactly(row);
                Restore(filter, row, above, step);
                reader(y, row);
                (row, above) = (above, row);
            }

            return true;
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Adds what each byte was predicted from (PNG specification, section 9).</summary>
    private static void Restore(int filter, byte[] row, byte[] above, int step)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < step ? 0 : row[i - step], up = above[i], corner = i < step ? 0 : above[i - step];
            row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
