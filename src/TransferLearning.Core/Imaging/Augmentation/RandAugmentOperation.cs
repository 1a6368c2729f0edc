namespace TransferLearning;

/// <summary>
/// What a <see cref="RandAugment"/> may do. Each operation changes nothing at magnitude 0 and the more the higher the magnitude is; the numbers
/// are those at the highest, 30.
/// </summary>
public enum RandAugmentOperation
{
    /// <summary>Nothing: some forms get fewer changes than others.</summary>
    Identity,

    /// <summary>Rows are pushed to the side, by up to 0.3 pixels for each row (17°).</summary>
    ShearX,

    /// <summary>Columns are pushed up or down, by up to 0.3 pixels for each column (17°).</summary>
    ShearY,

    /// <summary>The image moves to the side by up to 45% of its width.</summary>
    TranslateX,

    /// <summary>The image moves up or down by up to 45% of its height.</summary>
    TranslateY,

    /// <summary>The image is turned by up to 30°.</summary>
    Rotate,

    /// <summary>All colours are multiplied by 0.1 to 1.9.</summary>
    Brightness,

    /// <summary>The distance of each pixel from its own grey is multiplied by 0.1 to 1.9.</summary>
    Color,

    /// <summary>The distance from the mean grey is multiplied by 0.1 to 1.9.</summary>
    Contrast,

    /// <summary>The distance from the smoothed image is multiplied by 0.1 to 1.9.</summary>
    Sharpness,

    /// <summary>Each channel keeps its highest bits only, 4 of 8 at the least.</summary>
    Posterize,

    /// <summary>Levels above a threshold are inverted; it goes down from 255 to 0.</summary>
    Solarize,

    /// <summary>Each channel is stretched over all levels, and blended with the image as it was.</summary>
    AutoContrast,

    /// <summary>The levels of each channel are made equally frequent, and blended with the image as it was.</summary>
    Equalize,
}
