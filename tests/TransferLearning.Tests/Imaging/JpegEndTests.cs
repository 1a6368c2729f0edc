using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>A missing end mark is no damage; missing pixels are. A large photo is decoded at a scale.</summary>
public sealed class JpegEndTests
{
    private static readonly ImagePreprocessing Small = ImagePreprocessing.ImageNet(32);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(5000)]
    public void An_image_that_lacks_only_its_end_mark_is_decoded_like_the_whole_one(int zeros)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            byte[] whole = DrawnImages.Encode(seed % 3, seed);
            byte[] open = [.. whole[..^2], .. new byte[zeros]];
            foreach (var target in new[] { null, Small })
            {
                using var expected = ImageDecoder.Decode(whole, "whole", ImageDecodeOptions.Default, target);
                using var image = ImageDecoder.Decode(open, "open", ImageDecodeOptions.Default, target);
                Assert.Equal(expected.Pixels.ToArray(), image.Pixels.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE1, 0, 8, 1, 2, 3, 4, 5, 6 })]
    [InlineData(new byte[] { 0x54, 0x65, 0x78, 0x74, 0x20, 0x62, 0x65, 0x68, 0x69, 0x6E, 0x64, 0x0A })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0x3C, 0x78, 0x3E, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Something_else_in_place_of_the_end_mark_is_no_damage(byte[] end)
    {
        // A colour image with a thumbnail that has an end mark of its own, a grey one, and one with restart markers.
        byte[] thumbnail = DrawnImages.Encode(2, 3, side: 32), colour = DrawnImages.Encode(1, 4);
        byte[] segment = [0xFF, 0xE1, (byte)((thumbnail.Length + 8) >> 8), (byte)(thumbnail.Length + 8), .. "Exif\0\0"u8, .. thumbnail];
        using var bitmap = SKBitmap.Decode(colour);
        using var greyBitmap = bitmap.Copy(SKColorType.Gray8);
        using var grey = greyBitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        foreach (byte[] whole in (byte[][])[[.. colour[..2], .. segment, .. colour[2..]], grey.ToArray(), RestartingJpeg.Encode(64, 48, 4)])
        {
            using var expected = ImageDecoder.Decode(whole, "whole", ImageDecodeOptions.Default);
            using var image = ImageDecoder.Decode([.. whole[..^2], .. end], "open", ImageDecodeOptions.Default);
            Assert.Equal(expected.Pixels.ToArray(), image.Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void An_image_without_its_last_pixels_is_still_damaged(double share)
    {
        byte[] whole = DrawnImages.Encode(1, 5);
        byte[] cut = whole[..(int)(share * whole.Length)];

        // A few zeros are no pixels; as many as the missing ones would decode as some.
        foreach (byte[] file in new byte[][] { cut, [.. cut, 0, 0, 0] })
        {
            Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file, "cut", ImageDecodeOptions.Default, Small));
            Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file, "cut", ImageDecodeOptions.Default));
        }
    }

    [Theory]
    [InlineData(12_000, 9_000)]
    [InlineData(30_000, 4_000)]
    [InlineData(15_000, 15_000)]
    public void A_photo_of_more_than_100_megapixels_is_decoded_at_a_scale_and_a_PNG_of_that_size_is_refused(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Gray);
        using (var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 50))
        {
            byte[] encoded = jpeg.ToArray();
            using var image = ImageDecoder.Decode(encoded, "108.jpg", ImageDecodeOptions.Default, Small);
            Assert.Equal((width, height), (image.SourceWidth, image.SourceHeight));
            Assert.True(image.Width <= width / 8);

            // Without a target it would be 432 MB, and a lower limit is a limit of the file.
            Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(encoded, "108.jpg", ImageDecodeOptions.Default));
            var strict = new ImageDecodeOptions { MaxPixels = 50_000_000 };
            Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(encoded, "108.jpg", strict, Small));
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 1);
        var error =
            Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(png.ToArray(), "108.png", ImageDecodeOptions.Default, Small));
        Assert.Contains("raise ImageDecodeOptions.MaxPixels", error.Message, StringComparison.Ordinal);
    }
}
