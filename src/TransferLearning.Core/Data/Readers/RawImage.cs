using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>
/// Uncompressed pixels in the memory of a dataset, provided as a 24-bit BMP, which decodes to exactly these pixels; grey becomes three
/// equal channels.
/// </summary>
/// <param name="data">The memory of the dataset, shared and never modified.</param>
/// <param name="offset">The position of the first pixel.</param>
/// <param name="width">The width in pixels.</param>
/// <param name="height">The height in pixels.</param>
/// <param name="planes">1: grey. 3: all red bytes, then green, then blue.</param>
internal sealed class RawImage(byte[] data, int offset, int width, int height, int planes) : ImageContent
{
    private const int HeaderLength = 54;
    private const int InfoHeaderLength = 40;
    private const int BitsPerPixel = 24;

    /// <summary>The number of bytes of the BMP.</summary>
    private static long LengthOf(int width, int height) => HeaderLength + (long)Stride(width) * height;

    /// <inheritdoc/>
    public override long Length => LengthOf(width, height);

    /// <inheritdoc/>
    public override ImageBytes Read(ImageDecodeOptions options) => new(Encode());

    private byte[] Encode()
    {
        byte[] bmp = new byte[LengthOf(width, height)];
        bmp[0] = (byte)'B';
        bmp[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), InfoHeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), height);
        bmp[26] = 1;
        bmp[28] = BitsPerPixel;
        int area = width * height;
        int green = planes == 3 ? area : 0;
        int blue = planes == 3 ? 2 * area : 0;
        for (int y = 0; y < height; y++)
        {
            // BMP rows are stored bottom up, colours as blue, green, red.
            var row = bmp.AsSpan(HeaderLength + (height - 1 - y) * Stride(width), 3 * width);
            int source = offset + y * width;
            for (int x = 0; x < width; x++)
            {
                row[3 * x] = data[source + blue + x];
                row[3 * x + 1] = data[source + green + x];
                row[3 * x + 2] = data[source + x];
            }
        }

        return bmp;
    }

    private static int Stride(int width) => (3 * width + 3) / 4 * 4;
}
