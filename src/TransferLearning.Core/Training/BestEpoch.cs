namespace TransferLearning;

/// <summary>
/// Which epoch becomes the model. It is a function of the start and the epochs so far, so a resumed run decides as the unbroken one would.
/// </summary>
internal static class BestEpoch
{
    /// <summary>The best epoch by the validation loss, and of equal ones the more accurate; 0 is the start.</summary>
    /// <param name="start">The score of the start; null where it is no candidate.</param>
    /// <param name="history">The epochs, with validation scores.</param>
    /// <param name="stopping">Names another metric, and by how much it must become better; null for the defaults.</param>
    public static int Find(ValidationScore? start, IReadOnlyList<EpochLog> history, EarlyStopping? stopping)
    {
        var metric = stopping?.Metric ?? TrainingMetric.ValidationLoss;
        double margin = stopping?.MinimumDelta ?? 0;
        int best = 0;
        double? value = start is null ? null : metric switch
        {
            TrainingMetric.ValidationLoss => start.Loss,
            TrainingMetric.ValidationAccuracy => start.Accuracy,
            _ => null,
        };
        double accuracy = start?.Accuracy ?? 0;
        foreach (var epoch in history)
        {
            // An epoch with a lower loss but more errors than the start would be a step back for whoever counts errors.
            if (metric.ValueOf(epoch) is not { } number || (start is not null && epoch.ValidationAccuracy < start.Accuracy))
                continue;
            bool isEqual = value == number && epoch.ValidationAccuracy > accuracy;
            if (value is null || isEqual || metric.IsBetter(number, value.Value, margin))
                (best, value, accuracy) = (epoch.Epoch, number, epoch.ValidationAccuracy ?? 0);
        }

        return best;
    }
}
