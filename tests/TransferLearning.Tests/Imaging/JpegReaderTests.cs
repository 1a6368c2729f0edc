using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>
/// The reader of common JPEG files gives the pixels of Skia except for rounding, and leaves unusual and damaged files to Skia.
/// </summary>
public sealed class JpegReaderTests
{
    public static TheoryData<SKJpegEncoderDownsample, int, int, int> Drawn => new MatrixTheoryData
    {
        { SKJpegEncoderDownsample.Downsample420, 1, 1 },
        { SKJpegEncoderDownsample.Downsample420, 16, 16 },
        { SKJpegEncoderDownsample.Downsample420, 17, 33 },
        { SKJpegEncoderDownsample.Downsample420, 97, 75 },
        { SKJpegEncoderDownsample.Downsample444, 1, 9 },
        { SKJpegEncoderDownsample.Downsample444, 96, 64 },
        { SKJpegEncoderDownsample.Downsample444, 61, 83 },
        { SKJpegEncoderDownsample.Downsample422, 96, 64 },
        { SKJpegEncoderDownsample.Downsample422, 61, 83 },
    };

    [Theory]
    [MemberData(nameof(Drawn))]
    public void Every_scale_and_sampling_gives_the_pixels_of_Skia(SKJpegEncoderDownsample sampling, int width, int height, int eighths)
    {
        foreach (int quality in new[] { 20, 75, 100 })
        {
            byte[] encoded = Scene(width, height, sampling, quality);
            byte[] expected = WithSkia(encoded, eighths, out var size);
            byte[]? pixels = Read(encoded, eighths, size);
            Assert.NotNull(pixels);

            // Chroma of half the width and full height is decoded at luma resolution here; libjpeg interpolates it.
            bool interpolated = sampling == SKJpegEncoderDownsample.Downsample422 && eighths < 8;
            var (largest, mean) = Difference(expected, pixels);
            Assert.InRange(largest, 0, interpolated ? 255 : 3);
            Assert.InRange(mean, 0, interpolated ? 12 : 0.2);
        }
    }

    [Theory]
    [InlineData("baseline.jpg", true)]
    [InlineData("subsampled.jpg", true)]
    [InlineData("grey.jpg", true)]
    [InlineData("restart.jpg", true)]
    [InlineData("orientation6.jpg", true)]
    [InlineData("progressive.jpg", false)]
    [InlineData("cmyk.jpg", false)]
    public void Common_files_are_read_and_unusual_ones_are_left_to_Skia(string image, bool usual)
    {
        byte[] encoded = Golden.Encoded(image);
        foreach (int eighths in new[] { 1, 2, 4, 8 })
        {
            byte[] expected = WithSkia(encoded, eighths, out var size);
            byte[]? pixels = Read(encoded, eighths, size);
            Assert.Equal(usual, pixels is not null);
            if (pixels is not null)
                Assert.InRange(Difference(expected, pixels).Largest, 0, 3);
        }
    }

    [Theory]
    [InlineData("datasets/dogs_vs_cats/valid", 1)]
    [InlineData("datasets/dogs_vs_cats/valid", 8)]
    [InlineData("datasets/imagenet_sample_100", 4)]
    [InlineData("datasets/photos_12mp", 2)]
    public void Images_of_real_datasets_are_read_as_Skia_reads_them(string folder, int eighths)
    {
        string[] paths = [.. ImageFiles.Find(TestData.Require(folder)).Take(40)];
        foreach (string path in paths)
        {
            byte[] encoded = File.ReadAllBytes(path);
            byte[] expected = WithSkia(encoded, eighths, out var size);
            byte[]? pixels = Read(encoded, eighths, size);
            Assert.True(pixels is not null, path);
            var (largest, mean) = Difference(expected, pixels);
            Assert.InRange(largest, 0, 3);
            Assert.InRange(mean, 0, 0.1);
        }
    }

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void The_pixels_of_a_window_are_those_of_the_whole(SKJpegEncoderDownsample sampling)
    {
        byte[] encoded = Scene(131, 90, sampling, 85);
        var random = new Random(5);
        foreach (int eighths in new[] { 1, 2, 4, 8 })
        {
            _ = WithSkia(encoded, eighths, out var size);
            byte[] whole = Read(encoded, eighths, size)!;
            for (int trial = 0; trial < 50; trial++)
            {
                int left = random.Next(size.Width), top = random.Next(size.Height);
                var window = new PixelWindow(left, top, random.Next(left, size.Width) + 1, random.Next(top, size.Height) + 1);
                byte[] part = Read(encoded, eighths, size, window)!;
                for (int y = window.Top; y < window.Bottom; y++)
                {
                    var row = new Range(4 * ((y * size.Width) + window.Left), 4 * ((y * size.Width) + window.Right));
                    Assert.True(whole.AsSpan(row).SequenceEqual(part.AsSpan(row)), $"{eighths}/8, {window}, row {y}");
                }
            }
        }
    }

    [Theory]
    [InlineData(-1, 0, 4, 4)]
    [InlineData(0, -1, 4, 4)]
    [InlineData(0, 0, 17, 4)]
    [InlineData(0, 0, 4, 17)]
    public void A_window_beyond_the_image_is_refused(int left, int top, int right, int bottom)
    {
        byte[] encoded = Scene(16, 16, SKJpegEncoderDownsample.Downsample420, 90);
        Assert.Null(Read(encoded, 8, new SKSizeI(16, 16), new PixelWindow(left, top, right, bottom)));
    }

    [Theory]
    [InlineData("orientation1.jpg")]
    [InlineData("orientation2.jpg")]
    [InlineData("orientation3.jpg")]
    [InlineData("orientation4.jpg")]
    [InlineData("orientation5.jpg")]
    [InlineData("orientation6.jpg")]
    [InlineData("orientation7.jpg")]
    [InlineData("orientation8.jpg")]
    public void Pixels_outside_of_the_crop_do_not_change_the_tensor(string image)
    {
        byte[] encoded = Golden.Encoded(image);
        foreach (var interpolation in new[] { ImageInterpolation.Bilinear, ImageInterpolation.Bicubic })
        {
            foreach (int side in new[] { 4, 9, 20, 40 })
            {
                var target = new ImagePreprocessing { Width = side / 2, Height = side / 2, ResizeTo = side, Interpolation = interpolation };
                var preprocessor = new ImagePreprocessor(target);
                float[] cropped = new float[target.TensorLength], whole = new float[target.TensorLength];
                preprocessor.Load(encoded, cropped, image);
                using (var decoded = ImageDecoder.Decode(encoded, image, ImageDecodeOptions.Default, target))
                    preprocessor.Write(decoded, whole);
                Assert.Equal(whole, cropped);
            }
        }
    }

    [Fact]
    public void A_truncated_file_is_left_to_Skia()
    {
        byte[] encoded = Scene(97, 75, SKJpegEncoderDownsample.Downsample420, 90);
        for (int length = 2; length < encoded.Length; length += 7)
        {
            Assert.Null(Read(encoded[..length], 8, new SKSizeI(97, 75)));
            Assert.Null(Read([.. encoded[..length], 0xFF, 0xD9], 8, new SKSizeI(97, 75)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Restart_markers_are_supported(int interval)
    {
        byte[] encoded = RestartingJpeg.Encode(width: 61, height: 35, interval);
        foreach (int eighths in new[] { 1, 2, 4, 8 })
        {
            byte[] expected = WithSkia(encoded, eighths, out var size);
            byte[]? pixels = Read(encoded, eighths, size);
            Assert.NotNull(pixels);
            Assert.InRange(Difference(expected, pixels).Largest, 0, 1);
        }
    }

    [Fact]
    public void Restart_markers_in_the_wrong_order_are_left_to_Skia()
    {
        byte[] encoded = RestartingJpeg.Encode(width: 61, height: 35, interval: 3);
        Assert.NotNull(Read(encoded, 8, new SKSizeI(61, 35)));
        int second = encoded.AsSpan().LastIndexOf<byte>([0xFF, 0xD1]);
        encoded[second + 1] = 0xD2;
        Assert.Null(Read(encoded, 8, new SKSizeI(61, 35)));
    }

    [Fact]
    public void Damage_never_reaches_beyond_the_buffers()
    {
        var random = new Random(11);
        byte[][] seeds =
        [
            Scene(97, 75, SKJpegEncoderDownsample.Downsample420, 60), Scene(64, 40, SKJpegEncoderDownsample.Downsample444, 95),
            RestartingJpeg.Encode(40, 28, 2), Golden.Encoded("grey.jpg"),
        ];
        var sizes = new[] { new SKSizeI(97, 75), new SKSizeI(64, 40), new SKSizeI(40, 28), new SKSizeI(40, 28) };
        int read = 0, left = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            int seed = random.Next(seeds.Length);
            byte[] damaged = [.. seeds[seed]];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = Read(damaged, 1 << random.Next(4), sizes[seed]) is null ? left++ : read++;
        }

        Assert.InRange(read, 1_000, 19_000);
        Assert.InRange(left, 1_000, 19_000);
    }

    private static byte[] Scene(int width, int height, SKJpegEncoderDownsample sampling, int quality)
    {
        var random = new Random(width + (1000 * height));
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                byte noise = (byte)random.Next(40);
                bool disc = Math.Pow(x - (width / 3.0), 2) + Math.Pow(y - (height / 2.0), 2) < Math.Pow(height / 4.0, 2);
                bitmap.SetPixel(
                    x, y, disc ? new SKColor(210, noise, 30) : new SKColor((byte)(255 * x / width), (byte)(255 * y / height), noise));
            }
        }

        using var stream = new SKDynamicMemoryWStream();
        using var pixels = bitmap.PeekPixels();
        Assert.True(pixels.Encode(stream, new SKJpegEncoderOptions(quality, sampling, SKJpegEncoderAlphaOption.Ignore)));
        using var data = stream.DetachAsData();
        return data.ToArray();
    }

    private static byte[]? Read(byte[] encoded, int eighths, SKSizeI size, PixelWindow? window = null)
    {
        byte[] pixels = new byte[4 * size.Width * size.Height];
        var whole = new PixelWindow(0, 0, size.Width, size.Height);
        return JpegFrame.Read(encoded) is { } frame && JpegReader.TryDecode(encoded, frame, eighths, window ?? whole, pixels)
            ? pixels
            : null;
    }

    private static byte[] WithSkia(byte[] encoded, int eighths, out SKSizeI size)
    {
        using var codec = SKCodec.Create(new SKMemoryStream(encoded));
        size = codec.GetScaledDimensions(eighths / 8f);
        byte[] pixels = new byte[4 * size.Width * size.Height];
        unsafe
        {
            fixed (byte* start = pixels)
            {
                var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
                Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, (nint)start));
            }
        }

        return pixels;
    }

    private static (int Largest, double Mean) Difference(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        int[] differences = [.. expected.Zip(actual, (left, right) => Math.Abs(left - right))];
        return (differences.Max(), differences.Average());
    }

    /// <summary>Every case at every scale.</summary>
    private sealed class MatrixTheoryData : TheoryData<SKJpegEncoderDownsample, int, int, int>
    {
        public void Add(SKJpegEncoderDownsample sampling, int width, int height)
        {
            foreach (int eighths in new[] { 1, 2, 4, 8 })
                Add(sampling, width, height, eighths);
        }
    }
}
