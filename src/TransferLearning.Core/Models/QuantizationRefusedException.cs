using System.Globalization;

namespace TransferLearning;

/// <summary>
/// A quantized classifier is less accurate than the options allow. The classifier that it was made from is as it was.
/// </summary>
public sealed class QuantizationRefusedException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="summary">What was done and measured.</param>
    public QuantizationRefusedException(QuantizationSummary summary)
        : base(Describe(summary)) => Summary = summary;

    /// <summary>What was done and measured.</summary>
    public QuantizationSummary Summary { get; }

    private static string Describe(QuantizationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Quantized, the classifier gets {100 * summary.AccuracyAfter:F1}% of {summary.ValidationImages} images right instead of {100 * summary.AccuracyBefore:F1}%; ") + string.Create(
            CultureInfo.InvariantCulture,
            $"at most {100 * summary.MaxAccuracyLoss:F1}% may be lost. Calibrate with more images, like those that it will see, allow a greater loss, or keep the classifier as it is.");
    }
}
