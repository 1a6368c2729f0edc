namespace TransferLearning;

/// <summary>The metrics of one class.</summary>
/// <remarks>Undefined ratios are 0, never NaN, as in scikit-learn with <c>zero_division=0</c>.</remarks>
public sealed record ClassMetrics
{
    /// <summary>The name of the class.</summary>
    public required string Label { get; init; }

    /// <summary>The fraction of the images predicted as this class that belong to it, 0 to 1.</summary>
    public required double Precision { get; init; }

    /// <summary>The fraction of the images of this class that are predicted as it, 0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>The harmonic mean of precision and recall, 0 to 1.</summary>
    public required double F1 { get; init; }

    /// <summary>The number of images of this class.</summary>
    public required int Support { get; init; }
}

/// <summary>Averages of the metrics of the classes.</summary>
public sealed record AverageMetrics
{
    /// <summary>The average precision, 0 to 1.</summary>
    public required double Precision { get; init; }

    /// <summary>The average recall, 0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>The average F1 score, 0 to 1.</summary>
    public required double F1 { get; init; }
}
