namespace TransferLearning;

/// <summary>
/// The operations of a <see cref="RandAugment"/>. Each has no effect at magnitude 0 and more with higher magnitudes; the numbers are those
/// at the highest, 30.
/// </summary>
public enum RandAugmentOperation
{
    /// <summary>No change: some views get fewer changes than others.</summary>
    Identity,

    /// <summary>Horizontal shear, by up to 0.3 pixels per row (17°).</summary>
    ShearX,

    /// <summary>Vertical shear, by up to 0.3 pixels per column (17°).</summary>
    ShearY,

    /// <summary>Horizontal shift by up to 45% of the width.</summary>
    TranslateX,

    /// <summary>Vertical shift by up to 45% of the height.</summary>
    TranslateY,

    /// <summary>Rotation by up to 30°.</summary>
    Rotate,

    /// <summary>All levels are multiplied by 0.1 to 1.9.</summary>
    Brightness,

    /// <summary>The distance of each pixel from its grey is multiplied by 0.1 to 1.9.</summary>
    Color,

    /// <summary>The distance from the mean grey is multiplied by 0.1 to 1.9.</summary>
    Contrast,

    /// <summary>The distance from the smoothed image is multiplied by 0.1 to 1.9.</summary>
    Sharpness,

    /// <summary>Each channel keeps only its highest bits, at least 4 of 8.</summary>
    Posterize,

    /// <summary>Levels above a threshold are inverted; the threshold falls from 255 to 0.</summary>
    Solarize,

    /// <summary>Each channel is stretched over all levels, and blended with the original.</summary>
    AutoContrast,

    /// <summary>The histogram of each channel is equalized, and blended with the original.</summary>
    Equalize,
}
