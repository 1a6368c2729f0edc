using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Large images are decoded at a smaller scale; that must not show.</summary>
public sealed class ScaledDecodeTests
{
    [Theory]
    [InlineData(ImageResizeMode.ShortestSide, 2, 6)]
    [InlineData(ImageResizeMode.Squash, 2, 6)]
    [InlineData(ImageResizeMode.Pad, 2, 6)]
    [InlineData(ImageResizeMode.ShortestSide, ImageDecodeOptions.DefaultOversampling, 13)]
    [InlineData(ImageResizeMode.Squash, ImageDecodeOptions.DefaultOversampling, 13)]
    [InlineData(ImageResizeMode.Pad, ImageDecodeOptions.DefaultOversampling, 13)]
    public void A_scaled_decode_differs_from_a_full_one_by_a_few_levels(ImageResizeMode mode, double oversampling, int limit)
    {
        var target = new ImagePreprocessing { Width = 224, Height = 224, Resize = mode };
        var preprocessor = new ImagePreprocessor(target, new ImageDecodeOptions { Oversampling = oversampling });
        float[] scaled = new float[target.TensorLength];
        float[] full = new float[target.TensorLength];
        foreach (string path in Directory.GetFiles(TestData.Require("datasets/photos_12mp")))
        {
            byte[] encoded = File.ReadAllBytes(path);
            using (var decoded = ImageDecoder.Decode(encoded, path, ImageDecodeOptions.Default))
                preprocessor.Write(decoded, full);
            preprocessor.Load(encoded, scaled);
            float[] differences = [.. scaled.Zip(full, (left, right) => Math.Abs(left - right))];
            Assert.InRange(differences.Max(), 1, limit);
            Assert.InRange(differences.Average(), 0, 0.5);
        }
    }

    [Theory]
    [InlineData(ImageDecodeOptions.DefaultOversampling)]
    [InlineData(2)]
    public void The_scale_leaves_at_least_the_oversampling_along_each_side(double oversampling)
    {
        byte[] encoded = File.ReadAllBytes(Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0]);
        foreach (int side in new[] { 32, 96, 188, 190, 224, 256, 267, 268, 377, 379, 500, 534, 535, 755, 757, 1069, 1512, 1513 })
        {
            var target = new ImagePreprocessing { Width = side, Height = side };
            using var decoded = ImageDecoder.Decode(encoded, "image", new ImageDecodeOptions { Oversampling = oversampling }, target);
            Assert.Equal(3024, decoded.SourceWidth);
            int smallest = new[] { 378, 756, 1512, 3024 }.First(width => width >= oversampling * side || width == 3024);
            Assert.Equal(smallest, decoded.Width);
        }
    }

    [Fact]
    public void By_default_at_least_twice_as_many_pixels_are_decoded_as_are_needed()
    {
        byte[] encoded = File.ReadAllBytes(Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0]);
        for (int side = 16; side < 1500; side += 53)
        {
            var target = new ImagePreprocessing { Width = side, Height = side };
            using var decoded = ImageDecoder.Decode(encoded, "image", ImageDecodeOptions.Default, target);
            Assert.InRange((long)decoded.Width * decoded.Height, 2L * side * side, 3024L * 3024);
        }
    }

    [Fact]
    public void Infinite_oversampling_decodes_in_full()
    {
        byte[] encoded = File.ReadAllBytes(Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0]);
        using var decoded = ImageDecoder.Decode(
            encoded,
            "image",
            new ImageDecodeOptions { Oversampling = double.PositiveInfinity },
            new ImagePreprocessing { Width = 32, Height = 32 });
        Assert.Equal(3024, decoded.Width);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(double.NaN)]
    public void Oversampling_below_one_is_refused(double oversampling)
    {
        var error = Assert.Throws<ArgumentException>(() => new ImagePreprocessor(
            new ImagePreprocessing { Width = 8, Height = 8 }, new ImageDecodeOptions { Oversampling = oversampling }));
        Assert.Contains("Oversampling", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A scale of 1/4 of 40 × 28 would leave 10 × 7; sizes that are no multiple of 8 end in a part of a pixel.</summary>
    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("orientation3.jpg")]
    [InlineData("orientation5.jpg")]
    [InlineData("orientation6.jpg")]
    [InlineData("orientation8.jpg")]
    public void The_fraction_of_a_pixel_at_the_edge_is_known_and_rotated_with_the_image(string image)
    {
        var target = new ImagePreprocessing { Width = 2, Height = 2, Resize = ImageResizeMode.Squash };
        using var decoded = ImageDecoder.Decode(Golden.Encoded(image), image, ImageDecodeOptions.Default, target);
        var content = decoded.Content;
        Assert.Equal(decoded.SourceWidth / 8.0, content.Right - content.Left);
        Assert.Equal(decoded.SourceHeight / 8.0, content.Bottom - content.Top);
        Assert.True(content.Left >= 0 && content.Top >= 0 && content.Right <= decoded.Width && content.Bottom <= decoded.Height);
    }

    [Fact]
    public void Every_orientation_gives_the_same_tensor_as_the_image_rotated_beforehand()
    {
        var target = new ImagePreprocessing { Width = 6, Height = 6, Resize = ImageResizeMode.Squash };
        var preprocessor = new ImagePreprocessor(target);
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            string image = $"orientation{orientation}.jpg";
            float[] loaded = new float[target.TensorLength];
            preprocessor.Load(Golden.Encoded(image), loaded, image);
            using var decoded = ImageDecoder.Decode(Golden.Encoded(image), image, ImageDecodeOptions.Default);
            float[] full = new float[target.TensorLength];
            preprocessor.Write(decoded, full);
            Assert.InRange(loaded.Zip(full, (left, right) => Math.Abs(left - right)).Average(), 0, 4);
        }
    }
}
