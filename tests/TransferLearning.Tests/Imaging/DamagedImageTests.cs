using System.Text;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Images that are no images, or not whole.</summary>
public sealed class DamagedImageTests
{
    private static readonly ImagePreprocessor Preprocessor = new(ImagePreprocessing.ImageNet(32));

    public static TheoryData<string> Images => [.. Golden.Images];

    [Fact]
    public void An_empty_file_is_an_error_that_names_the_file_and_the_remedy()
    {
        var error = AssertFileFails([]);
        Assert.Contains("empty", error.Reason, StringComparison.Ordinal);
        Assert.Contains("remove it or replace it", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_are_an_error_that_carries_the_given_name()
    {
        var error = Assert.Throws<ImageDecodeException>(() => Preprocessor.Load(default, new float[Preprocessor.TensorLength], "upload 7"));
        Assert.Equal("upload 7", error.ImageSource);
    }

    [Theory]
    [InlineData("not an image at all", "a text")]
    [InlineData("BMW, a car; not a bitmap", "a text")]
    [InlineData("<!DOCTYPE html><html>404</html>", "HTML")]
    [InlineData("%PDF-1.7 and so on", "PDF")]
    [InlineData("II*\0\b\0\0\0 and so on", "TIFF")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "AVIF")]
    [InlineData("8BPS\0\u0001", "Photoshop")]
    [InlineData("\u0001\u0002\u0003\u0004", "unknown format")]
    public void The_error_for_other_files_names_their_format(string content, string kind)
    {
        var error = AssertFileFails(Encoding.Latin1.GetBytes(content));
        Assert.Contains(kind, error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_truncated_at_any_sixteenth_is_an_error(string image)
    {
        byte[] whole = Golden.Encoded(image);
        int end = EndOfFirstFrame(image, whole);
        for (int sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            byte[] part = whole[..(end * sixteenth / 16)];
            var error = Assert.Throws<ImageDecodeException>(() => Preprocessor.Load(part, new float[Preprocessor.TensorLength], image));
            Assert.StartsWith($"'{image}' cannot be decoded: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("scene.png")]
    [InlineData("lossless.webp")]
    [InlineData("palette.gif")]
    [InlineData("colours.bmp")]
    public void Half_an_image_is_decoded_on_request(string image)
    {
        byte[] whole = Golden.Encoded(image);
        var options = new ImageDecodeOptions { AllowPartial = true };
        using var decoded = ImageDecoder.Decode(whole.AsSpan(0, whole.Length * 3 / 4), image, options);
        byte[] expected = Golden.Decoded(image);
        Assert.Equal(expected.Length, decoded.Pixels.Length);

        // The first rows are there; a progressive JPEG has them without their finest detail, a BMP has the last rows first.
        int row = image == "colours.bmp" ? decoded.Height - 1 : 0;
        int largest = Enumerable.Range(row * decoded.Width * 3, decoded.Width * 3).Max(i => Math.Abs(expected[i] - decoded.Pixels[i]));
        Assert.InRange(largest, 0, image == "progressive.jpg" ? 90 : 1);
    }

    [Fact]
    public void A_missing_file_is_reported_as_missing()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("absent.jpg");
        var error = Assert.Throws<FileNotFoundException>(() => Preprocessor.Load(path, new float[Preprocessor.TensorLength]));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_before_it_is_read()
    {
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet(32), new ImageDecodeOptions { MaxFileBytes = 1000 });
        var error = Assert.Throws<ImageDecodeException>(
            () => preprocessor.Load(Golden.PathOf("scene.png"), new float[preprocessor.TensorLength]));
        Assert.Contains("MaxFileBytes", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Where the pixels of the first frame end: frames, checksums and end marks that follow are not needed.</summary>
    private static int EndOfFirstFrame(string image, ReadOnlySpan<byte> whole) => image switch
    {
        "animated.gif" => 1000 + whole[1000..].IndexOf((ReadOnlySpan<byte>)[0x21, 0xF9, 0x04]),
        "animated.webp" => 48 + whole[48..].IndexOf("ANMF"u8),
        _ when image.EndsWith(".png", StringComparison.Ordinal) => whole.LastIndexOf("IEND"u8) - 12,
        _ => whole.Length,
    };

    private static ImageDecodeException AssertFileFails(byte[] content)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("renamed.jpg");
        File.WriteAllBytes(path, content);
        var error = Assert.Throws<ImageDecodeException>(() => Preprocessor.Load(path, new float[Preprocessor.TensorLength]));
        Assert.Equal(path, error.ImageSource);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        return error;
    }
}
