using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>What the page of a report shows, as its script reads it. Classes are named by their index.</summary>
internal sealed record ReportData
{
    public required string Title { get; init; }

    public required string Subtitle { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required ReportSummary Summary { get; init; }

    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    public required IReadOnlyList<ClassMetrics> Averages { get; init; }

    /// <summary>A row for each actual class; null where there are too many classes to look at.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Matrix { get; init; }

    /// <summary>The most frequent confusions, where there is no matrix.</summary>
    public IReadOnlyList<ReportConfusion> Confusions { get; init; } = [];

    /// <summary>The wrong ones, most certain first; then some right ones of each class.</summary>
    public required IReadOnlyList<ReportImage> Images { get; init; }

    public required IReadOnlyList<CalibrationBin> Bins { get; init; }

    public required IReadOnlyList<RejectionPoint> Rejection { get; init; }

    public required IReadOnlyList<EpochLog> History { get; init; }

    public required IReadOnlyList<ReportEntry> Card { get; init; }

    public required IReadOnlyList<string> Skipped { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }
}

internal sealed record ReportSummary(
    int Images, int Correct, double Accuracy, double Lower, double Upper, double LogLoss, double GuessLogLoss, double CalibrationError, IReadOnlyList<ReportTop> TopK);

internal sealed record ReportTop(int K, double Accuracy);

internal sealed record ReportConfusion(int Actual, int Predicted, int Count);

/// <summary>An image of the report.</summary>
/// <param name="Path">The file.</param>
/// <param name="Actual">The class that it is in.</param>
/// <param name="Predicted">The class that it was given.</param>
/// <param name="Probability">The probability of that class.</param>
/// <param name="Top">The most probable classes: index and probability.</param>
/// <param name="Thumbnail">A JPEG in base 64; null where there is none.</param>
/// <param name="Overlay">The same image with what speaks for the class; null where there is none.</param>
internal sealed record ReportImage(
    string Path, int Actual, int Predicted, float Probability, IReadOnlyList<IReadOnlyList<double>> Top, byte[]? Thumbnail, byte[]? Overlay);

internal sealed record ReportEntry(string Name, string Value);

/// <summary>The default encoder escapes &lt;, &gt;, &amp; and quotes, so that nothing in the data can end the script element that holds it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
