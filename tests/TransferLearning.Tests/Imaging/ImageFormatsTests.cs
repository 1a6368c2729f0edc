using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class ImageFormatsTests
{
    public static TheoryData<string> Pictures => [.. Golden.Pictures];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_first_bytes_tell_the_kind_of_picture(string picture)
    {
        var expected = Path.GetExtension(picture) switch
        {
            ".jpg" => ImageFormat.Jpeg,
            ".webp" => ImageFormat.WebP,
            string extension => Enum.Parse<ImageFormat>(extension[1..], ignoreCase: true),
        };
        Assert.Equal(expected, ImageFormats.Sniff(Golden.Encoded(picture).AsSpan(0, ImageFormats.SniffLength)));
        Assert.True(ImageFormats.HasPictureExtension(picture));
        Assert.True(ImageFormats.HasPictureExtension(picture.ToUpperInvariant()));
    }

    [Fact]
    public void Too_few_bytes_are_no_picture()
    {
        foreach (string picture in Golden.Pictures)
            Assert.Null(ImageFormats.Sniff(Golden.Encoded(picture).AsSpan(0, 2)));
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("no-extension")]
    [InlineData("jpg")]
    [InlineData("picture.tiff")]
    public void Other_files_do_not_look_like_pictures(string path) => Assert.False(ImageFormats.HasPictureExtension(path));

    [Fact]
    public void Under_a_Turkish_culture_GIF_is_still_gif()
    {
        var culture = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            Assert.True(ImageFormats.HasPictureExtension("ANIMATION.GIF"));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }
    }
}
