using System.Buffers.Binary;
using System.Diagnostics;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

/// <summary>Small files that ask for much memory or time.</summary>
public sealed class HostilePictureTests
{
    private const int HugeSide = 65_500;
    private const long AllowedRise = 20 << 20;

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("scene.png")]
    [InlineData("palette.gif")]
    [InlineData("colours.bmp")]
    [InlineData("lossless.webp")]
    public void A_huge_size_in_the_header_is_refused_before_memory_is_taken(string picture)
    {
        byte[] encoded = WithSize(picture, HugeSide, HugeSide);
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet());
        float[] tensor = new float[preprocessor.TensorLength];
        Assert.Throws<ImageDecodeException>(() => preprocessor.Load(Golden.Encoded(picture).AsSpan(0, 40), tensor));
        long rise = long.MaxValue;

        // Other tests run at the same time: the smallest of several measurements is the one that says something.
        for (int attempt = 0; attempt < 5 && rise > AllowedRise; attempt++)
        {
            long before = Environment.WorkingSet;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<ImageDecodeException>(() => preprocessor.Load(encoded, tensor, picture));
            Assert.Contains("MaxPixels", error.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 20);
            rise = Environment.WorkingSet - before;
        }

        Assert.InRange(rise, long.MinValue, AllowedRise);
    }

    [Fact]
    public void A_side_that_is_too_long_is_refused_though_the_pixels_are_few()
    {
        byte[] encoded = WithSize("scene.png", 900_000, 1);
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Probe(encoded, "strip.png", ImageDecodeOptions.Default));
        Assert.Contains("900000 × 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_of_pixels_can_be_raised_and_lowered()
    {
        byte[] encoded = Golden.Encoded("scene.png");
        var exact = new ImageDecodeOptions { MaxPixels = 40 * 28 };
        using var image = ImageDecoder.Decode(encoded, "scene.png", exact);
        Assert.Equal(40, image.Width);
        var less = exact with { MaxPixels = 40 * 28 - 1 };
        Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(encoded, "scene.png", less));
    }

    [Fact]
    public void A_JPEG_of_thousands_of_scans_is_refused_at_once()
    {
        byte[] encoded = WithRepeatedLastScan(Golden.Encoded("progressive.jpg"), 20_000);
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(encoded, "bomb.jpg", ImageDecodeOptions.Default));
        Assert.Contains("scans", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3000);
    }

    [Fact]
    public void A_large_JPEG_may_have_fewer_scans_than_a_small_one()
    {
        byte[] small = WithRepeatedLastScan(Golden.Encoded("progressive.jpg"), 30);
        using (var image = ImageDecoder.Decode(small, "small.jpg", ImageDecodeOptions.Default))
            Assert.Equal(40, image.Width);
        byte[] large = ResizeJpeg(small, 10_000, 9_000);
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(large, "large.jpg", ImageDecodeOptions.Default));
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_GIF_with_many_frames_only_the_first_costs_time()
    {
        byte[] still = Golden.Encoded("palette.gif");
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0];
        byte[] animated = [.. still.AsSpan(0, still.Length - 1), .. Enumerable.Repeat(frame, 50_000).SelectMany(bytes => bytes), 0x3B];
        var clock = Stopwatch.StartNew();
        using var image = ImageDecoder.Decode(animated, "many.gif", ImageDecodeOptions.Default);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3000);
        Assert.Equal(Golden.Decoded("palette.gif"), image.Pixels.ToArray());
    }

    private static byte[] WithSize(string picture, int width, int height)
    {
        byte[] encoded = Golden.Encoded(picture);
        switch (Path.GetExtension(picture))
        {
            case ".jpg":
                return ResizeJpeg(encoded, width, height);
            case ".png":
                BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(16), width);
                BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(20), height);
                BinaryPrimitives.WriteUInt32BigEndian(encoded.AsSpan(29), Crc32(encoded.AsSpan(12, 17)));
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

    private static byte[] ResizeJpeg(byte[] encoded, int width, int height)
    {
        byte[] resized = [.. encoded];
        int frame = resized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]);
        if (frame < 0)
            frame = resized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(resized.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(resized.AsSpan(frame + 7), (ushort)width);
        return resized;
    }

    private static byte[] WithRepeatedLastScan(byte[] progressive, int times)
    {
        int start = progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] scan = progressive[start..^2];
        return [.. progressive.AsSpan(0, start), .. Enumerable.Repeat(scan, times).SelectMany(bytes => bytes), 0xFF, 0xD9];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1;
        }

        return ~crc;
    }
}
