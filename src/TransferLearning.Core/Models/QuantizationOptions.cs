namespace TransferLearning;

/// <summary>Options of the quantization of a classifier.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record QuantizationOptions : ICheckedOptions
{
    /// <summary>The default of <see cref="MaxAccuracyLoss"/>.</summary>
    public const double DefaultMaxAccuracyLoss = 0.01;

    /// <summary>The default of <see cref="CalibrationImages"/>.</summary>
    public const int DefaultCalibrationImages = 128;

    private const int LargestCalibrationImages = 10_000;

    /// <summary>The default options.</summary>
    public static QuantizationOptions Default { get; } = new();

    /// <summary>
    /// The maximum drop in accuracy on the validation images, 0 to 1; beyond it the quantized classifier is rejected. With few images a
    /// single one weighs much: each of 50 images is 0.02. <value>The default is 0.01.</value>
    /// </summary>
    public double MaxAccuracyLoss { get; init; } = DefaultMaxAccuracyLoss;

    /// <summary>
    /// The maximum number of calibration images that are used, 1 to 10,000; of more images an evenly spaced subset.
    /// <value>The default is 128.</value>
    /// </summary>
    public int CalibrationImages { get; init; } = DefaultCalibrationImages;

    /// <summary>
    /// Whether an undecodable image stops the work or is skipped. <value>The default is <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(MaxAccuracyLoss is >= 0 and <= 1, MaxAccuracyLoss, "0 to 1");
        errors.Require(
            CalibrationImages is >= 1 and <= LargestCalibrationImages,
            CalibrationImages,
            FormattableString.Invariant($"1 to {LargestCalibrationImages}"));
        errors.RequireDefined(Undecodable);
    }
}
