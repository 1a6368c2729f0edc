using System.Buffers.Binary;

namespace TransferLearning.Tests.Imaging;

/// <summary>
/// Writes grey JPEG files with restart markers, which neither Skia nor Pillow writes: blocks of one level each, with minimal tables (twelve
/// codes of four bits for DC differences, and one code of one bit for the end of a block).
/// </summary>
internal static class RestartingJpeg
{
    /// <summary>An image of random levels.</summary>
    public static byte[] Encode(int width, int height, int interval)
    {
        var file = new List<byte> { 0xFF, 0xD8 };
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        Segment(0xC0, [8, .. Number(height), .. Number(width), 1, 1, 0x11, 0]);
        Segment(0xC4, [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(size => (byte)size)]);
        Segment(0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Segment(0xDD, Number(interval));
        Segment(0xDA, [1, 1, 0x00, 0, 63, 0]);
        var random = new Random(width);
        var bits = new List<bool>();
        int blocks = ((width + 7) / 8) * ((height + 7) / 8), mean = 0;
        for (int block = 0; block < blocks; block++)
        {
            if (block > 0 && block % interval == 0)
            {
                Flush(bits, file);
                file.AddRange([0xFF, (byte)(0xD0 + (((block / interval) - 1) % 8))]);
                mean = 0;
            }

            int next = random.Next(-120, 121);
            WriteDifference(next - mean, bits);
            mean = next;
        }

        Flush(bits, file);
        return [.. file, 0xFF, 0xD9];

        void Segment(byte marker, byte[] content) => file.AddRange([0xFF, marker, .. Number(content.Length + 2), .. content]);
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private static void WriteDifference(int difference, List<bool> bits)
    {
        int size = 0;
        while (Math.Abs(difference) >> size > 0)
            size++;
        Write(size, 4, bits);
        Write(difference < 0 ? difference + (1 << size) - 1 : difference, size, bits);
        Write(0, 1, bits);
    }

    private static void Write(int value, int length, List<bool> bits)
    {
        for (int bit = length - 1; bit >= 0; bit--)
            bits.Add(((value >> bit) & 1) == 1);
    }

    private static void Flush(List<bool> bits, List<byte> file)
    {
        while (bits.Count % 8 != 0)
            bits.Add(true);
        for (int i = 0; i < bits.Count; i += 8)
        {
            int value = 0;
            for (int bit = 0; bit < 8; bit++)
                value = (2 * value) + (bits[i + bit] ? 1 : 0);
            file.Add((byte)value);
            if (value == 0xFF)
                file.Add(0);
        }

        bits.Clear();
    }
}
