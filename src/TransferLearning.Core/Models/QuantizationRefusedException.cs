using System.Globalization;

namespace TransferLearning;

/// <summary>A quantized classifier is less accurate than the options allow. The original classifier is unchanged.</summary>
public sealed class QuantizationRefusedException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="summary">The measurements.</param>
    public QuantizationRefusedException(QuantizationSummary summary)
        : base(Describe(summary)) => Summary = summary;

    /// <summary>The measurements.</summary>
    public QuantizationSummary Summary { get; }

    private static string Describe(QuantizationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The quantized classifier has an accuracy of {100 * summary.AccuracyAfter:F1}% on {summary.ValidationImages} images, the " +
            $"original {100 * summary.AccuracyBefore:F1}%; the maximum loss is {100 * summary.MaxAccuracyLoss:F1}%. Calibrate with more ") +
            "images like those that it will classify, allow a larger loss, or keep the original.";
    }
}
