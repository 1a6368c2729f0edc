using System.Globalization;

namespace TransferLearning.Imaging;

/// <summary>
/// How a picture is changed at random, so that training sees it in more than one form: what a camera could have done to it without its class
/// becoming another one.
/// </summary>
/// <remarks>
/// <para>
/// The crop is taken from the decoded picture and resized with the antialiased filter of the preprocessing; everything else is done with the
/// resized picture. The terms and the order are those of torchvision's and Keras' transforms: crop, mirror, rotate, colour, erase.
/// </para>
/// <para>Immutable and safe for use from many threads. The same seed, picture and view give the same numbers.</para>
/// </remarks>
public sealed record ImageAugmentation
{
    /// <summary>
    /// The smallest share of the picture's area that a random crop keeps, in (0, 1]; 1 crops nothing. <value>The default is 0.75.</value>
    /// </summary>
    public double CropScale { get; init; } = 0.75;

    /// <summary>
    /// Whether half of the views are mirrored left to right. Not for writing, arrows, hands or whatever else has a side. <value>The default
    /// is false.</value>
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Whether half of the views are upside down, for pictures without an up, as from a microscope. <value>The default is false.</value></summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The largest angle, in degrees to either side, 0 to 180. Corners repeat the pixels at the edge. <value>The default is 10.</value></summary>
    public double Rotation { get; init; } = 10;

    /// <summary>The largest change of brightness, contrast and saturation, as a share, in [0, 1). <value>The default is 0.15.</value></summary>
    public double ColorJitter { get; init; } = 0.15;

    /// <summary>
    /// The share of views of which a rectangle (2% to 20% of the area) is set to the mean colour, 0 to 1 (Zhong et al., Random Erasing Data
    /// Augmentation, 2017). <value>The default is 0.</value>
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    internal IEnumerable<string> Violations()
    {
        if (!(CropScale is > 0 and <= 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"CropScale must be in (0, 1], not {CropScale}");
        if (!(Rotation is >= 0 and <= 180))
            yield return string.Create(CultureInfo.InvariantCulture, $"Rotation must be in [0, 180], not {Rotation}");
        if (!(ColorJitter is >= 0 and < 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"ColorJitter must be in [0, 1), not {ColorJitter}");
        if (!(Erasing is >= 0 and <= 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"Erasing must be in [0, 1], not {Erasing}");
    }

    /// <summary>What decides the numbers, the same in every culture.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"crop {CropScale:R} flip {HorizontalFlip} {VerticalFlip} rotation {Rotation:R} color {ColorJitter:R} erasing {Erasing:R}");
}
