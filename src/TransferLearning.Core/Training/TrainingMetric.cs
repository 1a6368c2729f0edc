namespace TransferLearning;

/// <summary>A value of an epoch that training may be steered by.</summary>
public enum TrainingMetric
{
    /// <summary>The training loss; lower is better.</summary>
    Loss,

    /// <summary>The training accuracy; higher is better.</summary>
    Accuracy,

    /// <summary>
    /// The loss on the validation images, lower is better: <see cref="EpochLog.CalibratedValidationLoss"/> where there is one.
    /// </summary>
    ValidationLoss,

    /// <summary>The accuracy on the validation images; higher is better.</summary>
    ValidationAccuracy,
}

internal static class TrainingMetricValues
{
    /// <summary>The metric's value in an epoch, or null without validation images.</summary>
    public static double? ValueOf(this TrainingMetric metric, EpochLog epoch) => metric switch
    {
        TrainingMetric.Loss => epoch.Loss,
        TrainingMetric.Accuracy => epoch.Accuracy,
        TrainingMetric.ValidationLoss => epoch.CalibratedValidationLoss ?? epoch.ValidationLoss,
        TrainingMetric.ValidationAccuracy => epoch.ValidationAccuracy,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    /// <summary>Whether a value is better than another by more than a margin.</summary>
    public static bool IsBetter(this TrainingMetric metric, double value, double than, double margin = 0) =>
        metric is TrainingMetric.Loss or TrainingMetric.ValidationLoss ? value < than - margin : value > than + margin;

    /// <summary>Whether the metric is of the validation images.</summary>
    public static bool NeedsValidation(this TrainingMetric metric) =>
        metric is TrainingMetric.ValidationLoss or TrainingMetric.ValidationAccuracy;

    /// <summary>For each epoch, whether the metric was better than ever before by more than a margin.</summary>
    public static IEnumerable<bool> Progress(this TrainingMetric metric, IEnumerable<EpochLog> history, double margin)
    {
        double? best = null;
        foreach (var epoch in history)
        {
            double? value = metric.ValueOf(epoch);
            bool better = value is { } number && (best is null || metric.IsBetter(number, best.Value, margin));
            best = better ? value : best;
            yield return better;
        }
    }
}
