using System.Globalization;

namespace TransferLearning;

/// <summary>Explains an advice in plain words, for readers who have never trained a network.</summary>
internal static class AdviceReason
{
    public static string Of(TransferAdvice advice, double largestClass)
    {
        string size =
            Text($"{(advice.IsLarge ? "There are many images" : "There are few images")} to learn from ") +
            Text($"(about {advice.ImagesPerClass} for each class). ");
        return size + Similarity(advice) + Conclusion(advice) + Doubt(advice, largestClass);
    }

    private static string Similarity(TransferAdvice advice)
    {
        string helped = Text(
            $"the features of the network's last third reduce the loss of its earlier features by {advice.Similarity:P0}");
        if (!advice.IsSimilar)
            return $"They look unlike the images that the network was trained on: {helped}, so what it has specialised in hardly helps. ";
        return advice.Similarity >= TransferAdvisor.SimilarFrom
            ? $"They are like the images that the network was trained on: {helped}. "
            : $"They may be like the images that the network was trained on: {helped}, but too few were measured to be sure. ";
    }

    private static string Conclusion(TransferAdvice advice)
    {
        var interval = advice.ExpectedAccuracyInterval;
        double measured = advice.Depths[^1].Accuracy;
        string from = advice.ExpectedAccuracy > measured
            ? Text($", guessed from {measured:P1} measured with fewer training images")
            : string.Empty;
        string accuracy = Text(
            $"{advice.ExpectedAccuracy:P1} right ({interval.Lower:P1} to {interval.Upper:P1}{from})");
        if (advice.Freeze == 1)
        {
            string why = advice.ExpectedAccuracy >= 1 - TransferAdvisor.NothingToGain
                ? "Retraining has nothing to gain, so keep the network as it is"
                : "Keep the network as it is";
            return $"{why} and train a new last layer only (feature extraction): expect {accuracy}.";
        }

        string how = advice.Freeze > 0
            ? Text($"Keep the first {advice.Freeze:P0} of its layers and retrain the others")
            : "Retrain all of its layers";
        return $"{how} (fine-tuning). A new last layer alone: expect {accuracy}; what fine-tuning gains shows in training.";
    }

    private static string Doubt(TransferAdvice advice, double largestClass) => advice.ExpectedAccuracyInterval.Lower > largestClass
        ? string.Empty
        : Text($" That is hardly better than always naming the largest class ({largestClass:P1}): ") +
            "check the labels, and collect more images.";

    private static string Text(FormattableString text) => text.ToString(Percent);

    /// <summary>The invariant culture, but without the space that it puts before the percent sign.</summary>
    private static CultureInfo Percent { get; } = CultureInfo.ReadOnly(new CultureInfo(string.Empty)
    {
        NumberFormat = { PercentPositivePattern = 1, PercentNegativePattern = 1 },
    });
}
