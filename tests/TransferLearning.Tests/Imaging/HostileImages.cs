using System.Buffers.Binary;
using TransferLearning.Fuzz;

namespace TransferLearning.Tests.Imaging;

/// <summary>Small files that claim to be large, or are long to decode.</summary>
internal static class HostileImages
{
    /// <summary>An image whose header tells another size.</summary>
    public static byte[] WithSize(string image, int width, int height)
    {
        byte[] encoded = Golden.Encoded(image);
        switch (Path.GetExtension(image))
        {
            case ".jpg":
                return ResizeJpeg(encoded, width, height);
            case ".png":
                BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(16), width);
                BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(20), height);
                BinaryPrimitives.WriteUInt32BigEndian(encoded.AsSpan(29), PngMutations.Crc32(encoded.AsSpan(12, 17)));
                return encoded;
            case ".gif":
                BinaryPrimitives.WriteUInt16LittleEndian(encoded.AsSpan(6), (ushort)width);
                BinaryPrimitives.WriteUInt16LittleEndian(encoded.AsSpan(8), (ushort)height);
                return encoded;
            case ".bmp":
                BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(18), width);
                BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(22), height);
                return encoded;
            default:
                // VP8L has 14 bits for each side, minus one.
                Assert.Equal("VP8L"u8, encoded.AsSpan(12, 4));
                uint bits = BinaryPrimitives.ReadUInt32LittleEndian(encoded.AsSpan(21));
                BinaryPrimitives.WriteUInt32LittleEndian(encoded.AsSpan(21), (bits & 0xF000_0000) | (16_382u << 14) | 16_382u);
                return encoded;
        }
    }

    /// <summary>A JPEG whose header tells another size.</summary>
    public static byte[] ResizeJpeg(byte[] encoded, int width, int height)
    {
        byte[] resized = [.. encoded];
        int frame = resized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]);
        if (frame < 0)
            frame = resized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(resized.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(resized.AsSpan(frame + 7), (ushort)width);
        return resized;
    }

    /// <summary>A progressive JPEG whose last scan is repeated.</summary>
    public static byte[] WithRepeatedLastScan(string image, int times)
    {
        byte[] progressive = Golden.Encoded(image);
        int start = progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] scan = progressive[start..^2];
        return [.. progressive.AsSpan(0, start), .. Enumerable.Repeat(scan, times).SelectMany(bytes => bytes), 0xFF, 0xD9];
    }

    /// <summary>A GIF with many more frames of one pixel.</summary>
    public static byte[] WithFrames(string image, int frames)
    {
        byte[] still = Golden.Encoded(image);
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0];
        return [.. still.AsSpan(0, still.Length - 1), .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes), 0x3B];
    }
}
