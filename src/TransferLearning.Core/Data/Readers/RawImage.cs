using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>
/// Uncompressed pixels in the memory of a dataset. They become a BMP of 24 bits, which is read back bit by bit: the same grey in all three
/// channels where there is one.
/// </summary>
/// <param name="data">The memory of the dataset, which is shared and never changed.</param>
/// <param name="offset">Where the first pixel is.</param>
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
            // Rows go from the bottom up, colours are blue, green, red.
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
