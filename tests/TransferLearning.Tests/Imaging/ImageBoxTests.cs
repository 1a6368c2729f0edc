using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>A box on an image is an image of its own: the very pixels of the image, however that is stored.</summary>
public sealed class ImageBoxTests
{
    private static readonly ImageBox Box = new(Left: 5, Top: 3, Width: 17, Height: 11, SourceWidth: 40, SourceHeight: 28);

    public static TheoryData<int> Orientations => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData("scene.png")]
    [InlineData("orientation1.jpg")]
    public void The_pixels_of_a_crop_are_those_of_its_source_image(string image)
    {
        using var whole = ImageDecoder.Decode(Golden.Encoded(image), image, ImageDecodeOptions.Default);
        var box = new ImageBox(7, 2, whole.Width - 10, whole.Height - 9, whole.Width, whole.Height);
        using var part = ImageDecoder.Decode(Golden.Encoded(image), image, ImageDecodeOptions.Default, box: box);
        Assert.Equal((box.Width, box.Height, box.Width, box.Height), (part.Width, part.Height, part.SourceWidth, part.SourceHeight));
        Assert.Equal(new PixelRegion(0, 0, box.Width, box.Height), part.Content);
        Assert.Equal(Cut(whole, box.Left, box.Top, box.Width, box.Height), part.Pixels.ToArray());
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_box_of_the_stored_size_refers_to_stored_pixels_and_its_crop_is_upright(int orientation)
    {
        using var stored = ImageDecoder.Decode(Golden.Encoded("orientation1.jpg"), "stored", ImageDecodeOptions.Default);
        byte[] cut = Cut(stored, Box.Left, Box.Top, Box.Width, Box.Height);
        var (encoded, name) = ($"orientation{orientation}.jpg", $"orientation {orientation}");
        using var part = ImageDecoder.Decode(Golden.Encoded(encoded), name, ImageDecodeOptions.Default, box: Box);
        var info = ImageDecoder.Probe(Golden.Encoded(encoded), name, ImageDecodeOptions.Default, Box);
        Assert.Equal(orientation >= 5 ? (11, 17) : (17, 11), (part.Width, part.Height));
        Assert.Equal((part.Width, part.Height), (info.Width, info.Height));
        for (int y = 0; y < part.Height; y++)
        {
            for (int x = 0; x < part.Width; x++)
            {
                // The EXIF standard: where each stored pixel is displayed.
                var (column, row) = orientation switch
                {
                    2 => (16 - x, y),
                    3 => (16 - x, 10 - y),
                    4 => (x, 10 - y),
                    5 => (y, x),
                    6 => (y, 10 - x),
                    7 => (16 - y, 10 - x),
                    8 => (16 - y, x),
                    _ => (x, y),
                };
                Assert.Equal(cut.AsSpan(3 * (row * 17 + column), 3), part.Pixels.Slice(3 * (y * part.Width + x), 3));
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_box_of_the_upright_size_refers_to_upright_pixels(int orientation)
    {
        byte[] encoded = Golden.Encoded($"orientation{orientation}.jpg");
        using var upright = ImageDecoder.Decode(encoded, "upright", ImageDecodeOptions.Default);
        var box = new ImageBox(3, 5, 11, 17, 28, 40);
        using var part = ImageDecoder.Decode(encoded, "part", ImageDecodeOptions.Default, box: box);
        Assert.Equal(Cut(upright, box.Left, box.Top, box.Width, box.Height), part.Pixels.ToArray());
    }

    [Theory]
    [InlineData(80, 56)]
    [InlineData(28, 40)]
    public void A_box_that_was_drawn_on_an_image_of_another_size_is_refused(int width, int height)
    {
        var box = Box with { SourceWidth = width, SourceHeight = height };
        var error = Assert.Throws<ImageDecodeException>(() =>
            ImageDecoder.Decode(Golden.Encoded("orientation1.jpg"), "image.jpg", ImageDecodeOptions.Default, box: box));
        Assert.Contains("'image.jpg'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"40 × 28 pixels, but its box was drawn on {width} × {height}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ImageDecodeException>(
            () => ImageDecoder.Probe(Golden.Encoded("orientation1.jpg"), "image.jpg", ImageDecodeOptions.Default, box));
    }

    [Fact]
    public void A_large_source_image_is_decoded_at_the_scale_that_its_crop_needs()
    {
        string path = Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0];
        byte[] encoded = File.ReadAllBytes(path);
        using var whole = ImageDecoder.Decode(encoded, path, ImageDecodeOptions.Default);
        var target = new ImagePreprocessing { Width = 224, Height = 224, Resize = ImageResizeMode.Squash };
        var preprocessor = new ImagePreprocessor(target);
        foreach (var (side, scale) in new[] { (2600, 8), (1301, 4), (701, 2), (301, 1) })
        {
            var box = new ImageBox(203, 101, side, side, whole.Width, whole.Height);
            using var part = ImageDecoder.Decode(encoded, path, ImageDecodeOptions.Default, target, box);
            Assert.Equal((side, side), (part.SourceWidth, part.SourceHeight));
            Assert.InRange(part.Width, (side / scale) - 1, (side / scale) + 2);
            Assert.Equal((double)side / scale, part.Content.Right - part.Content.Left, 9);

            using var cut = new PixelImage(side, side);
            // The image is square and stored rotated, so its size is ambiguous; then the box refers to stored pixels.
            Cut(whole, whole.Width - box.Top - side, box.Left, side, side).CopyTo(cut.Pixels);
            float[] expected = new float[target.TensorLength], found = new float[target.TensorLength];
            preprocessor.Write(cut, expected);
            preprocessor.Load(new ImageBytes(encoded) { Box = box }, found, path);
            float[] differences = [.. expected.Zip(found, (left, right) => Math.Abs(left - right))];

            // At full scale only the rounding of the two decoders differs.
            Assert.InRange(differences.Average(), 0, scale == 1 ? 0.05 : 0.5);
            Assert.InRange(differences.Max(), 0, scale == 1 ? 3 : 30);
        }
    }

    private static byte[] Cut(PixelImage image, int left, int top, int width, int height)
    {
        var cut = new List<byte>();
        for (int y = top; y < top + height; y++)
            cut.AddRange(image.Pixels.Slice(3 * (y * image.Width + left), 3 * width));
        return [.. cut];
    }
}
