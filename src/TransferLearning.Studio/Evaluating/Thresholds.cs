namespace TransferLearning.Studio;

/// <summary>Says in words when a classifier answers, and why it did not.</summary>
public static class Thresholds
{
    /// <summary>With this similarity every image is like the training images.</summary>
    public const double AnySimilarity = -1;

    /// <summary>When a classifier answers.</summary>
    /// <param name="thresholds">What is stored in it; null for nothing.</param>
    public static string Describe(RejectionSummary? thresholds)
    {
        string[] conditions = thresholds is null ? [] : [
            .. thresholds.Confidence > 0 ? (string[])[$"its probability is {Words.Share(thresholds.Confidence)} or more"] : [],
            .. thresholds.Threshold > AnySimilarity ? (string[])["the image is like those it was trained on"] : [],
        ];
        return conditions.Length == 0
            ? "It answers every image."
            : $"It answers where {string.Join(" and ", conditions)}; every other image is unknown.";
    }

    /// <summary>Why an image is unknown; empty where it is not.</summary>
    public static string WhyUnknown(RejectionSummary? thresholds, Prediction prediction)
    {
        if (thresholds is null || prediction.IsKnown)
            return "";
        string unsure = prediction.Probability < thresholds.Confidence
            ? $"The probability is {Words.Share(prediction.Probability)}; this classifier answers from " +
                $"{Words.Share(thresholds.Confidence)} on. "
            : "";
        string unlike = prediction.Similarity < thresholds.Threshold ? "The image is unlike those that it was trained on." : "";
        return (unsure + unlike).TrimEnd();
    }
}
