using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>The data of a report page, as its script reads it. Classes are given by index.</summary>
internal sealed record ReportData
{
    public required string Title { get; init; }

    public required string Subtitle { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required ReportSummary Summary { get; init; }

    public required IReadOnlyList<ReportConclusion> Conclusions { get; init; }

    /// <summary>A second classifier on the same images; null for none.</summary>
    public ReportComparison? Comparison { get; init; }

    /// <summary>The stored threshold for unknown images; null for none.</summary>
    public ReportUnknown? Unknown { get; init; }

    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    public required IReadOnlyList<ClassMetrics> Averages { get; init; }

    /// <summary>One row for each actual class; null if there are too many classes to show.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Matrix { get; init; }

    /// <summary>The most frequent confusions, if there is no matrix.</summary>
    public IReadOnlyList<ReportConfusion> Confusions { get; init; } = [];

    /// <summary>The misclassified images, highest probability first; then some correct ones of each class.</summary>
    public required IReadOnlyList<ReportImage> Images { get; init; }

    public required IReadOnlyList<CalibrationBin> Bins { get; init; }

    public required IReadOnlyList<RejectionPoint> Rejection { get; init; }

    public required IReadOnlyList<EpochLog> History { get; init; }

    /// <summary>The score before the network trained; null where it was no candidate for the model.</summary>
    public required ValidationScore? Start { get; init; }

    /// <summary>The epoch that became the model, 0 for the start; null where it was the last one unasked.</summary>
    public required int? BestEpoch { get; init; }

    /// <summary>The number of training images that were held out to choose it.</summary>
    public required int HeldOut { get; init; }

    public required IReadOnlyList<ReportEntry> Card { get; init; }

    public required IReadOnlyList<string> Skipped { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }
}

internal sealed record ReportSummary(
    int Images,
    int Correct,
    double Accuracy,
    double Lower,
    double Upper,
    double LogLoss,
    double GuessLogLoss,
    double CalibrationError,
    IReadOnlyList<ReportTop> TopK);

/// <summary>A conclusion.</summary>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Next">What to do, in a sentence.</param>
internal sealed record ReportConclusion(string Text, string Next)
{
    /// <summary>The paths of the images that it is about; mostly none.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];
}

/// <summary>A second classifier on the same images.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Accuracy">Its accuracy.</param>
/// <param name="Lower">The lower end of the 95% interval.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="OnlyFirst">The number of images that only the evaluated classifier gets right.</param>
/// <param name="OnlySecond">The number of images that only the second one gets right.</param>
/// <param name="PValue">Of McNemar's test.</param>
/// <param name="Recalls">The recall of each class.</param>
internal sealed record ReportComparison(
    string Name,
    double Accuracy,
    double Lower,
    double Upper,
    int OnlyFirst,
    int OnlySecond,
    double PValue,
    IReadOnlyList<double> Recalls);

/// <summary>What the thresholds for unknown images do.</summary>
/// <param name="Threshold">The lowest similarity with which an image is known.</param>
/// <param name="Confidence">The lowest probability of its class with which it is known.</param>
/// <param name="Known">The number of evaluated images that are known.</param>
/// <param name="Accuracy">The share of them that is classified correctly; null for none.</param>
/// <param name="OthersRejected">The share of other images that was rejected when it was fitted; null where there were none.</param>
internal sealed record ReportUnknown(double Threshold, double Confidence, int Known, double? Accuracy, double? OthersRejected);

internal sealed record ReportTop(int K, double Accuracy);

internal sealed record ReportConfusion(int Actual, int Predicted, int Count);

/// <summary>An image of the report.</summary>
/// <param name="Path">The file.</param>
/// <param name="Actual">The actual class.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Probability">The probability of the predicted class.</param>
/// <param name="Top">The most probable classes: index and probability.</param>
/// <param name="IsKnown">False if the classifier calls it unknown.</param>
/// <param name="Thumbnail">The image as a JPEG; null if there is none.</param>
/// <param name="Overlay">The same with the heat map of the predicted class; null if there is none.</param>
internal sealed record ReportImage(
    string Path,
    int Actual,
    int Predicted,
    float Probability,
    IReadOnlyList<IReadOnlyList<double>> Top,
    bool IsKnown,
    byte[]? Thumbnail,
    byte[]? Overlay);

internal sealed record ReportEntry(string Name, string Value);

/// <summary>
/// The default encoder escapes &lt;, &gt;, &amp; and quotes, so that nothing in the data can end the script element that contains it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
