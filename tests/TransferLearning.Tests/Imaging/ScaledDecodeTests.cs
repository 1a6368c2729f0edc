using TransferLearning.Imaging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Large photos are decoded at a smaller scale; that must not show.</summary>
public sealed class ScaledDecodeTests
{
    [Theory]
    [InlineData(ImageResizeMode.ShortestSide)]
    [InlineData(ImageResizeMode.Squash)]
    [InlineData(ImageResizeMode.Pad)]
    public void A_scaled_decode_ends_within_a_few_levels_of_a_full_one(ImageResizeMode mode)
    {
        var target = new ImagePreprocessing { Width = 224, Height = 224, Resize = mode };
        var preprocessor = new ImagePreprocessor(target);
        float[] scaled = new float[target.TensorLength];
        float[] full = new float[target.TensorLength];
        foreach (string path in Directory.GetFiles(TestData.Require("datasets/photos_12mp")))
        {
            byte[] encoded = File.ReadAllBytes(path);
            using (var image = ImageDecoder.Decode(encoded, path, ImageDecodeOptions.Default))
                preprocessor.Write(image, full);
            preprocessor.Load(encoded, scaled);
            float[] differences = [.. scaled.Zip(full, (left, right) => Math.Abs(left - right))];
            Assert.InRange(differences.Max(), 1, 6);
            Assert.InRange(differences.Average(), 0, 0.5);
        }
    }

    [Fact]
    public void The_scale_leaves_at_least_twice_the_size_that_is_needed()
    {
        byte[] encoded = File.ReadAllBytes(Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0]);
        foreach (int side in new[] { 32, 96, 188, 190, 224, 377, 379, 500, 755, 757, 1512, 1513 })
        {
            var target = new ImagePreprocessing { Width = side, Height = side };
            using var image = ImageDecoder.Decode(encoded, "photo", ImageDecodeOptions.Default, target);
            Assert.Equal(3024, image.SourceWidth);
            Assert.InRange(image.Width, Math.Min(2 * side, 3024), 3024);
            Assert.Equal(side <= 189 ? 378 : side <= 378 ? 756 : side <= 756 ? 1512 : 3024, image.Width);
        }
    }

    /// <summary>A scale of 1/4 of 40 × 28 would leave 10 × 7; sizes that are no multiple of 8 end in a part of a pixel.</summary>
    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("orientation3.jpg")]
    [InlineData("orientation5.jpg")]
    [InlineData("orientation6.jpg")]
    [InlineData("orientation8.jpg")]
    public void The_part_of_a_pixel_at_the_edge_is_known_and_turned_with_the_picture(string picture)
    {
        var target = new ImagePreprocessing { Width = 2, Height = 2, Resize = ImageResizeMode.Squash };
        using var image = ImageDecoder.Decode(Golden.Encoded(picture), picture, ImageDecodeOptions.Default, target);
        var content = image.Content;
        Assert.Equal(image.SourceWidth / 8.0, content.Right - content.Left);
        Assert.Equal(image.SourceHeight / 8.0, content.Bottom - content.Top);
        Assert.True(content.Left >= 0 && content.Top >= 0 && content.Right <= image.Width && content.Bottom <= image.Height);
    }

    [Fact]
    public void Every_orientation_gives_the_same_tensor_as_the_picture_turned_by_hand()
    {
        var target = new ImagePreprocessing { Width = 6, Height = 6, Resize = ImageResizeMode.Squash };
        var preprocessor = new ImagePreprocessor(target);
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            string picture = $"orientation{orientation}.jpg";
            float[] loaded = new float[target.TensorLength];
            preprocessor.Load(Golden.Encoded(picture), loaded, picture);
            using var image = ImageDecoder.Decode(Golden.Encoded(picture), picture, ImageDecodeOptions.Default);
            float[] full = new float[target.TensorLength];
            preprocessor.Write(image, full);
            Assert.InRange(loaded.Zip(full, (left, right) => Math.Abs(left - right)).Average(), 0, 4);
        }
    }
}
