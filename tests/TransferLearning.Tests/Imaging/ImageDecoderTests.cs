using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageDecoderTests
{
    public static TheoryData<string> Pictures => [.. Golden.Pictures];

    /// <summary>Both sides use libjpeg-turbo, libpng and libwebp; one level is left for other builds of them.</summary>
    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_kind_of_picture_has_the_pixels_that_Pillow_decodes(string picture)
    {
        byte[] expected = Golden.Decoded(picture);
        using var image = ImageDecoder.Decode(Golden.Encoded(picture), picture, ImageDecodeOptions.Default);
        Assert.Equal(expected.Length, image.Pixels.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(image.Pixels[i], expected[i] - 1, expected[i] + 1);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_header_tells_the_upright_size(string picture)
    {
        byte[] encoded = Golden.Encoded(picture);
        var info = ImageDecoder.Probe(encoded, picture, ImageDecodeOptions.Default);
        using var image = ImageDecoder.Decode(encoded, picture, ImageDecodeOptions.Default);
        Assert.Equal((image.Width, image.Height), (info.Width, info.Height));
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
        string picture = $"orientation{orientation}.jpg";
        var info = ImageDecoder.Probe(Golden.Encoded(picture), picture, ImageDecodeOptions.Default);
        Assert.Equal((ImageOrientation)orientation, info.Orientation);
        Assert.Equal(orientation >= 5 ? (28, 40) : (40, 28), (info.Width, info.Height));
    }

    [Theory]
    [InlineData("orientation6.png")]
    [InlineData("orientation6.webp")]
    public void Orientation_is_found_outside_of_JPEG_too(string picture) => Assert.Equal(
        ImageOrientation.RotateClockwise, ImageDecoder.Probe(Golden.Encoded(picture), picture, ImageDecodeOptions.Default).Orientation);

    [Fact]
    public void The_content_decides_whatever_the_file_is_called()
    {
        using var png = ImageDecoder.Decode(Golden.Encoded("scene.png"), "scene.jpg", ImageDecodeOptions.Default);
        Assert.Equal(Golden.Decoded("scene.png"), png.Pixels.ToArray());
    }

    [Fact]
    public void A_disposed_picture_does_not_hand_out_a_buffer_that_others_use()
    {
        var image = ImageDecoder.Decode(Golden.Encoded("scene.png"), "scene.png", ImageDecodeOptions.Default);
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
    }

    [Fact]
    public void An_icon_gives_its_largest_picture()
    {
        using var icon = ImageDecoder.Decode(Golden.Encoded("icon.ico"), "icon.ico", ImageDecodeOptions.Default);
        Assert.Equal((32, 32), (icon.Width, icon.Height));
    }
}
