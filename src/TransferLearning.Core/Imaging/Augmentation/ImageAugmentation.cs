using System.Globalization;

namespace TransferLearning;

/// <summary>Random changes of training images that do not change their class, such as a camera could have produced.</summary>
/// <remarks>
/// <para>
/// The crop is taken from the decoded image and resized with the antialiased filter of the preprocessing; all other changes are applied to
/// the resized image. Names and order are those of the transforms of torchvision and Keras: crop, mirror, rotate, shear, zoom, shift,
/// colour, policy, erase. Every number is drawn uniformly from its range.
/// </para>
/// <para>Immutable and safe for use from many threads. The same seed, image and view give the same numbers.</para>
/// </remarks>
public sealed record ImageAugmentation : ICheckedOptions
{
    /// <summary>No changes: a start for using only a few of them.</summary>
    public static ImageAugmentation None { get; } = new() { CropScale = 1, Rotation = 0, ColorJitter = 0 };

    /// <summary>
    /// The smallest fraction of the image's area that a random crop keeps, in (0, 1]; 1 disables cropping. <value>The default is
    /// 0.75.</value>
    /// </summary>
    public double CropScale { get; init; } = 0.75;

    /// <summary>
    /// Whether half of the views are mirrored left to right. Not for text, arrows, hands or other classes that depend on the side.
    /// <value>The default is false.</value>
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>
    /// Whether half of the views are mirrored top to bottom, for instance for microscopy. <value>The default is false.</value>
    /// </summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The largest rotation, in degrees in either direction, 0 to 180. <value>The default is 10.</value></summary>
    public double Rotation { get; init; } = 10;

    /// <summary>
    /// The largest horizontal shift, as a fraction of the width, in [0, 1) (Keras' <c>width_shift_range</c>). <value>The default is 0: a
    /// crop shifts the image too.</value>
    /// </summary>
    public double WidthShift { get; init; }

    /// <summary>
    /// The largest vertical shift, as a fraction of the height, in [0, 1) (Keras' <c>height_shift_range</c>). <value>The default is
    /// 0.</value>
    /// </summary>
    public double HeightShift { get; init; }

    /// <summary>
    /// The largest shear of vertical lines, in degrees in either direction, 0 to 60 (Keras' <c>shear_range</c>). <value>The default is
    /// 0.</value>
    /// </summary>
    public double Shear { get; init; }

    /// <summary>
    /// The largest zoom, as a fraction, in [0, 1): the image is scaled by 1 − zoom to 1 + zoom (Keras' <c>zoom_range</c>). Crops enlarge
    /// from more pixels, so this is useful for shrinking. <value>The default is 0.</value>
    /// </summary>
    public double Zoom { get; init; }

    /// <summary>
    /// How pixels outside of a shifted, rotated or shrunk image are filled. <value>The default is
    /// <see cref="AugmentationFill.Edge"/>.</value>
    /// </summary>
    public AugmentationFill Fill { get; init; } = AugmentationFill.Edge;

    /// <summary>
    /// The largest change of brightness, contrast and saturation, as a fraction, in [0, 1). <value>The default is 0.15.</value>
    /// </summary>
    public double ColorJitter { get; init; } = 0.15;

    /// <summary>
    /// The largest change of brightness, as a fraction, in [0, 1) (Keras' <c>brightness_range</c>). <value>The default is null: the value
    /// of <see cref="ColorJitter"/>.</value>
    /// </summary>
    public double? Brightness { get; init; }

    /// <summary>
    /// The largest hue rotation, in degrees, 0 to 180; 120 turns red into green. Not for classes that differ in colour. <value>The default
    /// is 0.</value>
    /// </summary>
    public double Hue { get; init; }

    /// <summary>
    /// The largest number that is added to or subtracted from red, green and blue, independently, on the scale 0–255 (Keras'
    /// <c>channel_shift_range</c>). <value>The default is 0.</value>
    /// </summary>
    public double ChannelShift { get; init; }

    /// <summary>
    /// Operations that are drawn from a list, in addition to or instead of the changes above. <value>The default is null: none.</value>
    /// </summary>
    public RandAugment? Policy { get; init; }

    /// <summary>
    /// The fraction of views in which a rectangle (2% to 20% of the area) is set to the mean colour, 0 to 1 (Zhong et al., Random Erasing
    /// Data Augmentation, 2017). <value>The default is 0.</value>
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

    /// <summary>The settings as text, the same in every culture.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"crop {CropScale:R} flip {HorizontalFlip} {VerticalFlip} rotation {Rotation:R} shift {WidthShift:R} {HeightShift:R} " +
        $"shear {Shear:R} zoom {Zoom:R} fill {Fill} color {ColorJitter:R} brightness {Brightness ?? ColorJitter:R} hue {Hue:R} " +
        $"channels {ChannelShift:R} erasing {Erasing:R} policy {Policy?.Describe() ?? "none"}");
}
