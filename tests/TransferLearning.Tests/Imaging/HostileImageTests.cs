using System.Diagnostics;

namespace TransferLearning.Tests.Imaging;

/// <summary>Small files that ask for much memory or time.</summary>
public sealed class HostileImageTests
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
    public void A_huge_size_in_the_header_is_refused_before_memory_is_allocated(string image)
    {
        byte[] encoded = HostileImages.WithSize(image, HugeSide, HugeSide);
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet());
        float[] tensor = new float[preprocessor.TensorLength];
        Assert.Throws<ImageDecodeException>(() => preprocessor.Load(Golden.Encoded(image).AsSpan(0, 40), tensor));
        long rise = long.MaxValue;

        // Other tests run at the same time, so the smallest of several measurements is used.
        for (int attempt = 0; attempt < 5 && rise > AllowedRise; attempt++)
        {
            long before = Environment.WorkingSet;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<ImageDecodeException>(() => preprocessor.Load(encoded, tensor, image));
            Assert.Contains("MaxPixels", error.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 20);
            rise = Environment.WorkingSet - before;
        }

        Assert.InRange(rise, long.MinValue, AllowedRise);
    }

    [Fact]
    public void A_side_that_is_too_long_is_refused_even_with_few_pixels()
    {
        byte[] encoded = HostileImages.WithSize("scene.png", 900_000, 1);
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
        byte[] encoded = HostileImages.WithRepeatedLastScan("progressive.jpg", 20_000);
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(encoded, "bomb.jpg", ImageDecodeOptions.Default));
        Assert.Contains("scans", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3000);
    }

    [Fact]
    public void A_large_JPEG_may_have_fewer_scans_than_a_small_one()
    {
        byte[] small = HostileImages.WithRepeatedLastScan("progressive.jpg", 30);
        using (var image = ImageDecoder.Decode(small, "small.jpg", ImageDecodeOptions.Default))
            Assert.Equal(40, image.Width);
        byte[] large = HostileImages.ResizeJpeg(small, 10_000, 9_000);
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(large, "large.jpg", ImageDecodeOptions.Default));
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_first_of_many_frames_of_a_GIF_is_decoded()
    {
        byte[] animated = HostileImages.WithFrames("palette.gif", 50_000);
        var clock = Stopwatch.StartNew();
        using var image = ImageDecoder.Decode(animated, "many.gif", ImageDecodeOptions.Default);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3000);
        Assert.Equal(Golden.Decoded("palette.gif"), image.Pixels.ToArray());
    }
}
