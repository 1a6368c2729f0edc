namespace TransferLearning.Tests.Imaging;

public sealed class ImageFormatsTests
{
    public static TheoryData<string> Images => [.. Golden.Images];

    [Theory]
    [MemberData(nameof(Images))]
    public void The_first_bytes_decide_the_format(string image)
    {
        var expected = Path.GetExtension(image) switch
        {
            ".jpg" => ImageFormat.Jpeg,
            ".webp" => ImageFormat.WebP,
            string extension => Enum.Parse<ImageFormat>(extension[1..], ignoreCase: true),
        };
        Assert.Equal(expected, ImageFormats.Sniff(Golden.Encoded(image).AsSpan(0, ImageFormats.SniffLength)));
        Assert.True(ImageFormats.HasImageExtension(image));
        Assert.True(ImageFormats.HasImageExtension(image.ToUpperInvariant()));
    }

    [Fact]
    public void Too_few_bytes_are_not_an_image()
    {
        foreach (string image in Golden.Images)
            Assert.Null(ImageFormats.Sniff(Golden.Encoded(image).AsSpan(0, 2)));
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("no-extension")]
    [InlineData("jpg")]
    [InlineData("image.tiff")]
    public void Other_files_do_not_look_like_images(string path) => Assert.False(ImageFormats.HasImageExtension(path));

    [Fact]
    public void Under_a_Turkish_culture_GIF_is_still_gif()
    {
        var culture = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            Assert.True(ImageFormats.HasImageExtension("ANIMATION.GIF"));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }
    }
}
