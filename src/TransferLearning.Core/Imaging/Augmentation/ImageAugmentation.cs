using System.Globalization;

namespace TransferLearning;

/// <summary>
/// How an image is changed at random, so that training sees it in more than one form: what a camera could have done to it without its class
/// becoming another one.
/// </summary>
/// <remarks>
/// <para>
/// The crop is taken from the decoded image and resized with the antialiased filter of the preprocessing; everything else is done with the
/// resized image. The terms and the order are those of torchvision's and Keras' transforms: crop, mirror, rotate, shear, zoom, shift, colour,
/// policy, erase. Every number is drawn evenly from its range.
/// </para>
/// <para>Immutable and safe for use from many threads. The same seed, image and view give the same numbers.</para>
/// </remarks>
public sealed record ImageAugmentation : ICheckedOptions
{
    /// <summary>Changes nothing: to start from where only a few changes are wanted.</summary>
    public static ImageAugmentation None { get; } = new() { CropScale = 1, Rotation = 0, ColorJitter = 0 };

    /// <summary>
    /// The smallest share of the image's area that a random crop keeps, in (0, 1]; 1 crops nothing. <value>The default is 0.75.</value>
    /// </summary>
    public double CropScale { get; init; } = 0.75;

    /// <summary>
    /// Whether half of the views are mirrored left to right. Not for writing, arrows, hands or whatever else has a side. <value>The default
    /// is false.</value>
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Whether half of the views are upside down, for images without an up, as from a microscope. <value>The default is false.</value></summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The largest angle, in degrees to either side, 0 to 180. <value>The default is 10.</value></summary>
    public double Rotation { get; init; } = 10;

    /// <summary>
    /// The largest move to the left or right, as a share of the width, in [0, 1) (Keras' <c>width_shift_range</c>). <value>The default is 0: a
    /// crop moves the image too.</value>
    /// </summary>
    public double WidthShift { get; init; }

    /// <summary>
    /// The largest move up or down, as a share of the height, in [0, 1) (Keras' <c>height_shift_range</c>). <value>The default is 0.</value>
    /// </summary>
    public double HeightShift { get; init; }

    /// <summary>
    /// The largest angle, in degrees to either side, by which upright lines lean, 0 to 60 (Keras' <c>shear_range</c>). <value>The default is
    /// 0.</value>
    /// </summary>
    public double Shear { get; init; }

    /// <summary>
    /// The largest change of size, as a share, in [0, 1): the image is shown at 1 − this to 1 + this times its size (Keras'
    /// <c>zoom_range</c>). Crops enlarge from more pixels, so this is for making smaller. <value>The default is 0.</value>
    /// </summary>
    public double Zoom { get; init; }

    /// <summary>
    /// What is seen where the image was moved, turned or made smaller. <value>The default is <see cref="AugmentationFill.Edge"/>.</value>
    /// </summary>
    public AugmentationFill Fill { get; init; } = AugmentationFill.Edge;

    /// <summary>The largest change of brightness, contrast and saturation, as a share, in [0, 1). <value>The default is 0.15.</value></summary>
    public double ColorJitter { get; init; } = 0.15;

    /// <summary>
    /// The largest change of brightness alone, as a share, in [0, 1) (Keras' <c>brightness_range</c>). <value>The default is null: that of
    /// <see cref="ColorJitter"/>.</value>
    /// </summary>
    public double? Brightness { get; init; }

    /// <summary>
    /// The largest angle, in degrees, by which colours turn around the line of greys, 0 to 180; 120 makes red green. Not for classes that
    /// differ in colour. <value>The default is 0.</value>
    /// </summary>
    public double Hue { get; init; }

    /// <summary>
    /// The most that is added to or taken from red, green and blue, each by itself, on the scale 0–255 (Keras' <c>channel_shift_range</c>).
    /// <value>The default is 0.</value>
    /// </summary>
    public double ChannelShift { get; init; }

    /// <summary>Operations drawn from a list, beside or instead of the changes above. <value>The default is null: none.</value></summary>
    public RandAugment? Policy { get; init; }

    /// <summary>
    /// The share of views of which a rectangle (2% to 20% of the area) is set to the mean colour, 0 to 1 (Zhong et al., Random Erasing Data
    /// Augmentation, 2017). <value>The default is 0.</value>
    /// </summary>
    public double Erasing { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(CropScale is > 0 and <= 1, CropScale, "in (0, 1]");
        errors.Require(Rotation is >= 0 and <= 180, Rotation, "in [0, 180]");
        errors.Require(WidthShift is >= 0 and < 1, WidthShift, "in [0, 1)");
        errors.Require(HeightShift is >= 0 and < 1, HeightShift, "in [0, 1)");
        errors.Require(Shear is >= 0 and <= 60, Shear, "in [0, 60]");
        errors.Require(Zoom is >= 0 and < 1, Zoom, "in [0, 1)");
        errors.RequireDefined(Fill);
        errors.Require(ColorJitter is >= 0 and < 1, ColorJitter, "in [0, 1)");
        errors.Require(Brightness is null or (>= 0 and < 1), Brightness, "in [0, 1) or null");
        errors.Require(Hue is >= 0 and <= 180, Hue, "in [0, 180]");
        errors.Require(ChannelShift is >= 0 and <= 255, ChannelShift, "in [0, 255]");
        errors.Require(Erasing is >= 0 and <= 1, Erasing, "in [0, 1]");
        errors.CheckInside(Policy);
    }

    /// <summary>What decides the numbers, the same in every culture.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"crop {CropScale:R} flip {HorizontalFlip} {VerticalFlip} rotation {Rotation:R} shift {WidthShift:R} {HeightShift:R} shear {Shear:R} zoom {Zoom:R} fill {Fill} color {ColorJitter:R} brightness {Brightness ?? ColorJitter:R} hue {Hue:R} channels {ChannelShift:R} erasing {Erasing:R} policy {Policy?.Describe() ?? "none"}");
}
