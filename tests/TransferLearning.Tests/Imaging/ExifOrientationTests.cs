using System.Buffers.Binary;
using SkiaSharp;

namespace TransferLearning.Tests.Imaging;

/// <summary>JPEG files whose EXIF data say, rightly or wrongly, how they lie: what Skia's codec reads of them is the yardstick.</summary>
public sealed class ExifOrientationTests
{
    private static readonly byte[] Upright = Encode();

    public static TheoryData<string, byte[]> Segments => new()
    {
        { "little-endian", Exif(Tiff(little: true, 6)) },
        { "big-endian", Exif(Tiff(little: false, 8)) },
        { "zero", Exif(Tiff(little: true, 0)) },
        { "too large", Exif(Tiff(little: true, 9)) },
        { "of another type", Exif(Tiff(little: true, 6, type: 4)) },
        { "behind another entry", Exif(Tiff(little: false, 3, before: 2)) },
        { "cut off", Exif(Tiff(little: true, 6)[..^5]) },
        { "no directory", Exif([0x49, 0x49, 42, 0, 200, 0, 0, 0]) },
        { "empty", Exif([]) },
        {
            "behind other application data",
            [.. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, 1, 2, 3]), .. Exif(Tiff(little: true, 5))]
        },
        { "the first of two", [.. Exif(Tiff(little: true, 2)), .. Exif(Tiff(little: true, 4))] },
        { "behind a comment", [.. Segment(0xFE, "words"u8), .. Exif(Tiff(little: true, 3))] },
        { "behind fill bytes", [0xFF, 0xFF, .. Exif(Tiff(little: true, 3))] },
    };

    [Theory]
    [MemberData(nameof(Segments))]
    public void The_orientation_of_a_JPEG_is_what_Skia_reads(string what, byte[] segments)
    {
        byte[] jpeg = [.. Upright[..2], .. segments, .. Upright[2..]];
        using var codec = SKCodec.Create(new SKMemoryStream(jpeg));
        Assert.NotNull(codec);
        Assert.True((ImageOrientation)codec.EncodedOrigin == ExifOrientation.OfJpeg(jpeg), what);
    }

    /// <summary>SkiaSharp 2.88 reads it so too; 3.x gives up at the first one.</summary>
    [Fact]
    public void A_nonsensical_orientation_is_passed_over_for_a_later_one()
    {
        byte[] jpeg = [.. Upright[..2], .. Exif(Tiff(little: true, 77)), .. Exif(Tiff(little: false, 7)), .. Upright[2..]];
        Assert.Equal((ImageOrientation)7, ExifOrientation.OfJpeg(jpeg));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(8)]
    public void A_JPEG_that_is_cut_off_has_the_orientation_of_its_start_or_none(int orientation)
    {
        byte[] exif = Exif(Tiff(little: true, (byte)orientation));
        byte[] jpeg = [.. Upright[..2], .. exif, .. Upright[2..]];
        for (int length = 0; length < jpeg.Length; length++)
        {
            int expected = length >= 2 + exif.Length ? orientation : 1;
            Assert.Equal((ImageOrientation)expected, ExifOrientation.OfJpeg(jpeg.AsSpan(0, length)));
        }
    }

    private static byte[] Encode()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(16, 8, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Green);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private static byte[] Exif(byte[] tiff) => Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]);

    private static byte[] Segment(byte marker, ReadOnlySpan<byte> content)
    {
        byte[] segment = [0xFF, marker, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(content.Length + 2));
        return segment;
    }

    /// <summary>A directory with the orientation as its last entry.</summary>
    private static byte[] Tiff(bool little, byte value, byte type = 3, byte before = 0)
    {
        List<byte> tiff = little ? [0x49, 0x49, 42, 0, 8, 0, 0, 0] : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8];
        tiff.AddRange(Short((ushort)(before + 1)));
        for (int i = 0; i < before; i++)
            tiff.AddRange([.. Short(0x0100), .. Short(3), .. Long(1), .. Short(16), 0, 0]);
        tiff.AddRange([.. Short(0x0112), .. Short(type), .. Long(1), .. Short(value), 0, 0, 0, 0, 0, 0]);
        return [.. tiff];

        byte[] Short(ushort number) => little ? [(byte)number, (byte)(number >> 8)] : [(byte)(number >> 8), (byte)number];

        byte[] Long(byte number) => little ? [number, 0, 0, 0] : [0, 0, 0, number];
    }
}
