using TransferLearning.Imaging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Random forms of a picture: the same seed draws the same, and each option does what its name says and nothing else.</summary>
public sealed class AugmentationTests
{
    private const int Side = 48;

    private static readonly ImageAugmentation Nothing = new() { CropScale = 1, Rotation = 0, ColorJitter = 0 };
    private static readonly ImagePreprocessing Target = new()
    {
        Width = Side, Height = Side, Resize = ImageResizeMode.Squash, Mean = new PerChannel(120, 110, 100), StandardDeviation = new PerChannel(60, 50, 40),
    };

    private static readonly byte[] Picture = DrawnPictures.Encode(label: 2, seed: 5, side: 160);

    [Fact]
    public void Without_any_change_a_form_is_the_picture()
    {
        float[] plain = new float[Target.TensorLength];
        new ImagePreprocessor(Target).Load(Picture, plain);
        float[] form = Form(Nothing);
        Assert.Equal(0, plain.Zip(form, (a, b) => Math.Abs(a - b)).Max(), 1e-5);
    }

    [Fact]
    public void The_same_seed_picture_and_view_give_the_same_numbers_and_others_do_not()
    {
        var all = new ImageAugmentation { HorizontalFlip = true, VerticalFlip = true, Erasing = 0.5 };
        Assert.Equal(Form(all, seed: 3, picture: 7, view: 2), Form(all, seed: 3, picture: 7, view: 2));
        foreach (float[] other in new[] { Form(all, 4, 7, 2), Form(all, 3, 8, 2), Form(all, 3, 7, 3) })
            Assert.NotEqual(Form(all, seed: 3, picture: 7, view: 2), other);
    }

    [Fact]
    public void Half_of_the_forms_are_mirrored()
    {
        float[] plain = Form(Nothing);
        float[] mirrored = [.. plain.Chunk(Side).SelectMany(row => row.Reverse())];
        int count = 0;
        for (int view = 0; view < 200; view++)
        {
            float[] form = Form(Nothing with { HorizontalFlip = true }, view: view);
            bool isMirrored = Largest(form, mirrored) < 1e-4;
            Assert.True(isMirrored || Largest(form, plain) < 1e-4);
            count += isMirrored ? 1 : 0;
        }

        Assert.InRange(count, 70, 130);
    }

    [Fact]
    public void Upside_down_reverses_the_rows()
    {
        float[] plain = Form(Nothing);
        float[] flipped = [.. plain.Chunk(Side * Side).SelectMany(plane => plane.Chunk(Side).Reverse().SelectMany(row => row))];
        Assert.Contains(Enumerable.Range(0, 20), view => Largest(Form(Nothing with { VerticalFlip = true }, view: view), flipped) < 1e-4);
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

        Assert.NotEqual(Form(Nothing), Form(Nothing with { CropScale = 0.4 }));
    }

    [Fact]
    public void A_crop_is_the_picture_that_was_cut_by_hand()
    {
        var view = new AugmentedView(Nothing with { CropScale = 0.5 }, 1, 0, 4);
        var crop = view.DrawNumbers().Crop;
        var full = new ImageDecodeOptions { Oversampling = double.PositiveInfinity };
        using var whole = ImageDecoder.Decode(Picture, "picture", full, Target);
        var region = new PixelRegion(crop.Left * whole.Width, crop.Top * whole.Height, crop.Right * whole.Width, crop.Bottom * whole.Height);
        using var cut = new PixelImage(whole.Width, whole.Height) { Content = region };
        whole.Pixels.CopyTo(cut.Pixels);
        float[] expected = new float[Target.TensorLength];
        var preprocessor = new ImagePreprocessor(Target, full);
        preprocessor.Write(cut, expected);
        float[] form = new float[Target.TensorLength];
        preprocessor.Load(new PictureBytes(Picture), form, "picture", view);
        Assert.InRange(Largest(form, expected), 0, 1e-4);
    }

    [Fact]
    public void Rotation_moves_the_corners_and_keeps_the_centre()
    {
        float[] plain = Form(Nothing);
        float[] form = Form(Nothing with { Rotation = 30 }, view: 1);
        int centre = ((Side / 2) * Side) + (Side / 2);
        Assert.NotEqual(plain, form);
        Assert.InRange(Math.Abs(plain[centre] - form[centre]), 0, 0.4);
    }

    [Fact]
    public void Colours_stay_colours()
    {
        for (int view = 0; view < 20; view++)
        {
            float[] form = Form(Nothing with { ColorJitter = 0.9 }, view: view);
            for (int i = 0; i < form.Length; i++)
            {
                int channel = i / (Side * Side);
                Assert.InRange((form[i] * Target.StandardDeviation[channel]) + Target.Mean[channel], -0.01f, 255.01f);
            }
        }
    }

    [Fact]
    public void Erasing_sets_a_rectangle_to_the_mean()
    {
        float[] form = Form(Nothing with { Erasing = 1 });
        int erased = form.Take(Side * Side).Count(value => value == 0);
        Assert.InRange(erased / (double)(Side * Side), 0.01, 0.25);
    }

    [Theory]
    [InlineData(TensorLayout.Nhwc, ChannelOrder.Rgb)]
    [InlineData(TensorLayout.Nchw, ChannelOrder.Bgr)]
    public void Layout_and_channel_order_hold_the_same_form(TensorLayout layout, ChannelOrder order)
    {
        var plain = Target with { Mean = PerChannel.All(100), StandardDeviation = PerChannel.All(50) };
        var all = new ImageAugmentation { HorizontalFlip = true, Erasing = 1 };
        float[] expected = Form(all, target: plain);
        float[] form = Form(all, target: plain with { Layout = layout, ChannelOrder = order });
        for (int channel = 0; channel < 3; channel++)
        {
            int source = order == ChannelOrder.Bgr ? 2 - channel : channel;
            for (int i = 0; i < Side * Side; i++)
                Assert.Equal(expected[(source * Side * Side) + i], form[layout == TensorLayout.Nhwc ? (3 * i) + channel : (channel * Side * Side) + i], 1e-3f);
        }
    }

    [Fact]
    public void Options_out_of_range_are_all_listed()
    {
        var options = new AugmentedViews { Count = 0, Augmentation = new() { CropScale = 0, Rotation = 200, ColorJitter = 1, Erasing = double.NaN } };
        string[] violations = [.. options.Violations()];
        foreach (string name in new[] { "Count", "CropScale", "Rotation", "ColorJitter", "Erasing" })
            Assert.Contains(violations, violation => violation.Contains(name, StringComparison.Ordinal));
    }

    private static float[] Form(ImageAugmentation augmentation, int seed = 1, int picture = 0, int view = 1, ImagePreprocessing? target = null)
    {
        var preprocessing = target ?? Target;
        float[] tensor = new float[preprocessing.TensorLength];
        new ImagePreprocessor(preprocessing).Load(new PictureBytes(Picture), tensor, "picture", new AugmentedView(augmentation, seed, picture, view));
        return tensor;
    }

    private static float Largest(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
