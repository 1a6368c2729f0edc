using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>The line that says what a training worked on, how well it went and what it took.</summary>
internal static class TrainingLine
{
    public static string Of(TrainingSummary training, int classes)
    {
        string validation = training.ValidationAccuracy is { } accuracy
            ? $", validation accuracy {Words.Share(accuracy)} on {Words.Count(training.ValidationImages, "image")}"
            : "";
        string resources = string.Create(
            CultureInfo.InvariantCulture, $"{training.Seconds:F1} s, peak memory {PeakMemory.Bytes / 1e6:F0} MB");
        return $"{Words.Count(training.TrainingImages, "training image")} of {classes} classes, training accuracy " +
            $"{Words.Share(training.TrainingAccuracy)}{validation}, {resources}";
    }
}
