using System.Numerics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Random views of an image: the same seed draws the same numbers, and each option changes only what its name says.</summary>
public sealed class AugmentationTests
{
    private const int Side = 48;

    private static readonly ImageAugmentation Nothing = ImageAugmentation.None;
    private static readonly ImagePreprocessing Target = new()
    {
        Width = Side, Height = Side, Resize = ImageResizeMode.Squash, Mean = new Vector3(120, 110, 100), StandardDeviation = new Vector3(
            60, 50, 40),
    };

    private static readonly byte[] Image = DrawnImages.Encode(label: 2, seed: 5, side: 160);

    [Fact]
    public void Without_any_change_a_view_is_the_image()
    {
        float[] plain = new float[Target.TensorLength];
        new ImagePreprocessor(Target).Load(Image, plain);
        float[] pixels = View(Nothing);
        Assert.Equal(0, plain.Zip(pixels, (a, b) => Math.Abs(a - b)).Max(), 1e-5);
    }

    [Fact]
    public void The_same_seed_image_and_view_give_the_same_numbers_and_others_do_not()
    {
        var all = new ImageAugmentation { HorizontalFlip = true, VerticalFlip = true, Erasing = 0.5 };
        Assert.Equal(View(all, seed: 3, image: 7, view: 2), View(all, seed: 3, image: 7, view: 2));
        foreach (float[] other in new[] { View(all, 4, 7, 2), View(all, 3, 8, 2), View(all, 3, 7, 3) })
            Assert.NotEqual(View(all, seed: 3, image: 7, view: 2), other);
    }

    [Fact]
    public void The_views_of_different_images_are_unrelated()
    {
        var options = Nothing with { WidthShift = 0.5 };
        double[] steps =
        [
            .. Enumerable.Range(0, 400).Select(image => Share(image, 2) - Share(image, 1)).Select(step => step - Math.Floor(step)),
        ];
        for (int tenth = 0; tenth < 10; tenth++)
            Assert.InRange(steps.Count(step => (int)(step * 10) == tenth), 15, 70);

        double Share(int image, int view) => new AugmentedView(options, 1, image, view).DrawNumbers().Right + 0.5;
    }

    [Fact]
    public void Half_of_the_views_are_mirrored()
    {
        float[] plain = View(Nothing);
        float[] mirrored = [.. plain.Chunk(Side).SelectMany(row => row.Reverse())];
        int count = 0;
        for (int view = 0; view < 200; view++)
        {
            float[] pixels = View(Nothing with { HorizontalFlip = true }, view: view);
            bool isMirrored = Largest(pixels, mirrored) < 1e-4;
            Assert.True(isMirrored || Largest(pixels, plain) < 1e-4);
            count += isMirrored ? 1 : 0;
        }

        Assert.InRange(count, 70, 130);
    }

    [Fact]
    public void Upside_down_reverses_the_rows()
    {
        float[] plain = View(Nothing);
        float[] flipped = [.. plain.Chunk(Side * Side).SelectMany(plane => plane.Chunk(Side).Reverse().SelectMany(row => row))];
        Assert.Contains(Enumerable.Range(0, 20), view => Largest(View(Nothing with { VerticalFlip = true }, view: view), flipped) < 1e-4);
    }

    [Fact]
    public void A_crop_keeps_at_least_the_given_share_of_the_area()
    {
        for (int view = 0; view < 100; view++)
        {
            var crop = new AugmentedView(Nothing with { CropScale = 0.4 }, 1, 0, view).DrawNumbers().Crop;
            Assert.InRange((crop.Right - crop.Left) * (crop.Bottom - crop.Top), 0.3, 1.0001);
            Assert.InRange(crop.Left, 0, 1);
            Assert.InRange(crop.Right, crop.Left, 1.0001);
            Assert.InRange(crop.Bottom, crop.Top, 1.0001);
        }

        Assert.NotEqual(View(Nothing), View(Nothing with { CropScale = 0.4 }));
    }

    [Fact]
    public void A_crop_is_the_image_that_was_cropped_beforehand()
    {
        var view = new AugmentedView(Nothing with { CropScale = 0.5 }, 1, 0, 4);
        var crop = view.DrawNumbers().Crop;
        var full = new ImageDecodeOptions { Oversampling = double.PositiveInfinity };
        using var whole = ImageDecoder.Decode(Image, "image", full, Target);
        var region = new PixelRegion(
            crop.Left * whole.Width, crop.Top * whole.Height, crop.Right * whole.Width, crop.Bottom * whole.Height);
        using var cut = new PixelImage(whole.Width, whole.Height) { Content = region };
        whole.Pixels.CopyTo(cut.Pixels);
        float[] expected = new float[Target.TensorLength];
        var preprocessor = new ImagePreprocessor(Target, full);
        preprocessor.Write(cut, expected);
        float[] pixels = new float[Target.TensorLength];
        preprocessor.Load(new ImageBytes(Image), pixels, "image", view);
        Assert.InRange(Largest(pixels, expected), 0, 1e-4);
    }

    [Fact]
    public void Rotation_moves_the_corners_and_keeps_the_centre()
    {
        float[] plain = View(Nothing);
        float[] pixels = View(Nothing with { Rotation = 30 }, view: 1);
        int centre = ((Side / 2) * Side) + (Side / 2);
        Assert.NotEqual(plain, pixels);
        Assert.InRange(Math.Abs(plain[centre] - pixels[centre]), 0, 0.4);
    }

    [Fact]
    public void Colour_changes_stay_in_range()
    {
        for (int view = 0; view < 20; view++)
        {
            float[] pixels = View(Nothing with { ColorJitter = 0.9 }, view: view);
            for (int i = 0; i < pixels.Length; i++)
            {
                int channel = i / (Side * Side);
                Assert.InRange((pixels[i] * Target.StandardDeviation[channel]) + Target.Mean[channel], -0.01f, 255.01f);
            }
        }
    }

    [Fact]
    public void Erasing_sets_a_rectangle_to_the_mean()
    {
        float[] pixels = View(Nothing with { Erasing = 1 });
        int erased = pixels.Take(Side * Side).Count(value => value == 0);
        Assert.InRange(erased / (double)(Side * Side), 0.01, 0.25);
    }

    [Theory]
    [InlineData(TensorLayout.Nhwc, ChannelOrder.Rgb)]
    [InlineData(TensorLayout.Nchw, ChannelOrder.Bgr)]
    public void Layout_and_channel_order_do_not_change_the_view(TensorLayout layout, ChannelOrder order)
    {
        var plain = Target with { Mean = new Vector3(100), StandardDeviation = new Vector3(50) };
        var all = new ImageAugmentation { HorizontalFlip = true, Erasing = 1 };
        float[] expected = View(all, target: plain);
        float[] pixels = View(all, target: plain with { Layout = layout, ChannelOrder = order });
        for (int channel = 0; channel < 3; channel++)
        {
            int source = order == ChannelOrder.Bgr ? 2 - channel : channel;
            for (int i = 0; i < Side * Side; i++)
            {
                Assert.Equal(
                    expected[(source * Side * Side) + i],
                    pixels[layout == TensorLayout.Nhwc ? (3 * i) + channel : (channel * Side * Side) + i],
                    1e-3f);
            }
        }
    }

    [Fact]
    public void Options_out_of_range_are_all_listed()
    {
        var options = new AugmentedViews
        {
            Count = 0,
            Augmentation = new()
            {
                CropScale = 0,
                Rotation = 200,
                WidthShift = 1,
                HeightShift = -1,
                Shear = 90,
                Zoom = 1,
                Fill = (AugmentationFill)9,
                ColorJitter = 1,
                Brightness = 1,
                Hue = 181,
                ChannelShift = 256,
                Erasing = double.NaN,
                Policy = new RandAugment { Count = 0, Magnitude = 31, Operations = [] },
            },
        };
        string[] named =
        [
            "Count", "CropScale", "Rotation", "WidthShift", "HeightShift", "Shear", "Zoom", "Fill", "ColorJitter", "Brightness", "Hue",
            "ChannelShift",
            "Erasing", "Policy.Count", "Policy.Magnitude", "Policy.Operations",
        ];
        string[] violations = [.. OptionErrors.Of(options)];
        Assert.Equal(named.Length, violations.Length);
        Assert.All(named.Zip(violations), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Empty(OptionErrors.Of(new AugmentedViews { Augmentation = new() { Policy = new() } }));
    }

    [Fact]
    public void Every_option_changes_the_image_and_the_cache_key_but_no_other_random_number()
    {
        var plain = new AugmentedView(Nothing, 1, 0, 1);
        ImageAugmentation[] options =
        [
            Nothing with { WidthShift = 0.3 }, Nothing with { HeightShift = 0.3 }, Nothing with { Shear = 20 }, Nothing with { Zoom = 0.4 },
            Nothing with { Brightness = 0.5 }, Nothing with { Hue = 90 }, Nothing with { ChannelShift = 60 },
            Nothing with { Policy = new RandAugment { Magnitude = 20 } },
        ];
        foreach (var option in options)
        {
            Assert.NotEqual(View(Nothing), View(option));
            var view = new AugmentedView(option with { CropScale = 0.5, Erasing = 1 }, 1, 0, 1);
            Assert.NotEqual(plain.Key, view.Key);
            var draw = new AugmentedView(Nothing with { CropScale = 0.5, Erasing = 1 }, 1, 0, 1).DrawNumbers();
            Assert.Equal((draw.Crop, draw.Hole), (view.DrawNumbers().Crop, view.DrawNumbers().Hole));
        }

        Assert.NotEqual(
            new AugmentedView(Nothing with { Shear = 20, Fill = AugmentationFill.Wrap }, 1, 0, 1).Key, new AugmentedView(
                Nothing with { Shear = 20 }, 1, 0, 1).Key);
    }

    [Fact]
    public void Shifts_and_colours_are_drawn_from_the_whole_range_in_both_directions()
    {
        var options = Nothing with { WidthShift = 0.2, HeightShift = 0.4, ColorJitter = 0.1, Brightness = 0.6 };
        var draws = Enumerable.Range(0, 300).Select(view => new AugmentedView(options, 1, 0, view).DrawNumbers()).ToArray();
        Assert.InRange(draws.Max(draw => draw.Right), 0.18, 0.2);
        Assert.InRange(draws.Min(draw => draw.Right), -0.2, -0.18);
        Assert.InRange(draws.Max(draw => draw.Down), 0.36, 0.4);
        Assert.InRange(draws.Min(draw => draw.Colour.Brightness), 0.4f, 0.46f);
        Assert.InRange(draws.Max(draw => draw.Colour.Contrast), 1.09f, 1.1f);
    }

    private static float[] View(
        ImageAugmentation augmentation, int seed = 1, int image = 0, int view = 1, ImagePreprocessing? target = null)
    {
        var preprocessing = target ?? Target;
        float[] tensor = new float[preprocessing.TensorLength];
        new ImagePreprocessor(preprocessing)
            .Load(new ImageBytes(Image), tensor, "image", new AugmentedView(augmentation, seed, image, view));
        return tensor;
    }

    private static float Largest(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
