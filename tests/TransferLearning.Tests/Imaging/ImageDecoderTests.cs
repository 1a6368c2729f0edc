
namespace TransferLearning.Tests.Imaging;

public sealed class ImageDecoderTests
{
    public static TheoryData<string> Images => [.. Golden.Images];

    /// <summary>Both sides use libjpeg-turbo, libpng and libwebp; one level is left for other builds of them.</summary>
    [Theory]
    [MemberData(nameof(Images))]
    public void Every_format_has_the_pixels_that_Pillow_decodes(string image)
    {
        byte[] expected = Golden.Decoded(image);
        using var decoded = ImageDecoder.Decode(Golden.Encoded(image), image, ImageDecodeOptions.Default);
        Assert.Equal(expected.Length, decoded.Pixels.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(decoded.Pixels[i], expected[i] - 1, expected[i] + 1);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void The_header_gives_the_upright_size(string image)
    {
        byte[] encoded = Golden.Encoded(image);
        var info = ImageDecoder.Probe(encoded, image, ImageDecodeOptions.Default);
        using var decoded = ImageDecoder.Decode(encoded, image, ImageDecodeOptions.Default);
        Assert.Equal((decoded.Width, decoded.Height), (info.Width, info.Height));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Exif_orientation_is_read_and_applied(int orientation)
    {
        string image = $"orientation{orientation}.jpg";
        var info = ImageDecoder.Probe(Golden.Encoded(image), image, ImageDecodeOptions.Default);
        Assert.Equal((ImageOrientation)orientation, info.Orientation);
        Assert.Equal(orientation >= 5 ? (28, 40) : (40, 28), (info.Width, info.Height));
    }

    [Theory]
    [InlineData("orientation6.png")]
    [InlineData("orientation6.webp")]
    public void Orientation_is_found_outside_of_JPEG_too(string image) => Assert.Equal(
        ImageOrientation.RotateClockwise, ImageDecoder.Probe(Golden.Encoded(image), image, ImageDecodeOptions.Default).Orientation);

    [Fact]
    public void The_content_decides_not_the_file_name()
    {
        using var png = ImageDecoder.Decode(Golden.Encoded("scene.png"), "scene.jpg", ImageDecodeOptions.Default);
        Assert.Equal(Golden.Decoded("scene.png"), png.Pixels.ToArray());
    }

    [Fact]
    public void A_disposed_image_gives_no_access_to_its_returned_buffer()
    {
        var decoded = ImageDecoder.Decode(Golden.Encoded("scene.png"), "scene.png", ImageDecodeOptions.Default);
        decoded.Dispose();
        decoded.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoded.Pixels.Length);
    }

    [Fact]
    public void An_icon_gives_its_largest_image()
    {
        using var icon = ImageDecoder.Decode(Golden.Encoded("icon.ico"), "icon.ico", ImageDecodeOptions.Default);
        Assert.Equal((32, 32), (icon.Width, icon.Height));
    }
}
