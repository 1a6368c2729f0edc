namespace TransferLearning;

/// <summary>How a classifier is quantized, and what it may cost.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record QuantizationOptions
{
    /// <summary>The value of <see cref="MaxAccuracyLoss"/> where none is given.</summary>
    public const double DefaultMaxAccuracyLoss = 0.01;

    /// <summary>The value of <see cref="CalibrationImages"/> where none is given.</summary>
    public const int DefaultCalibrationImages = 128;

    private const int LargestCalibrationImages = 10_000;

    /// <summary>The options that are used where none are given.</summary>
    public static QuantizationOptions Default { get; } = new();

    /// <summary>
    /// By how much the accuracy on the validation images may fall, 0 to 1; beyond it the quantized classifier is refused. One image of
    /// few is a large share: of 50 images each is 0.02. <value>The default is 0.01.</value>
    /// </summary>
    public double MaxAccuracyLoss { get; init; } = DefaultMaxAccuracyLoss;

    /// <summary>
    /// How many of the calibration images are looked at, at most, 1 to 10,000; where there are more they are taken at even distances.
    /// <value>The default is 128.</value>
    /// </summary>
    public int CalibrationImages { get; init; } = DefaultCalibrationImages;

    /// <summary>
    /// Whether an image that cannot be decoded stops the work, or is left out. <value>The default is <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    /// <summary>Throws when a value is out of range; one message lists every violation.</summary>
    internal void ThrowIfInvalid(string parameterName)
    {
        var violations = new List<string>();
        if (!(MaxAccuracyLoss is >= 0 and <= 1))
            violations.Add(FormattableString.Invariant($"{nameof(MaxAccuracyLoss)} is {MaxAccuracyLoss}; it must be 0 to 1"));
        if (CalibrationImages is < 1 or > LargestCalibrationImages)
            violations.Add(FormattableString.Invariant($"{nameof(CalibrationImages)} is {CalibrationImages}; it must be 1 to {LargestCalibrationImages}"));
        if (!Enum.IsDefined(Undecodable))
            violations.Add($"{nameof(Undecodable)} is {Undecodable}; it must be a value of {nameof(UndecodableImages)}");
        if (violations.Count > 0)
            throw new ArgumentException($"The quantization options are not valid: {string.Join("; ", violations)}.", parameterName);
    }
}
