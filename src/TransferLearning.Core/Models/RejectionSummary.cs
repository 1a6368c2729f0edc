namespace TransferLearning;

/// <summary>How images of none of the classes are to be recognised.</summary>
public sealed record RejectionOptions : ICheckedOptions
{
    /// <summary>
    /// The share of the accepted images that should be classified correctly, above 0 and up to 1, on the validation images and
    /// <see cref="Others"/>, with a margin for their number: the lower end of the interval of one standard error counts.
    /// <value>The default is 0.95.</value>
    /// </summary>
    public double Precision { get; init; } = 0.95;

    /// <summary>
    /// The lowest similarity to training images with which an image is known, −1 to 1, as it is; −1 lets the probability alone decide.
    /// <value>The default is null: it is fitted to the images.</value>
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// The lowest probability of the predicted class with which an image is known, 0 to 1, as it is. <value>The default is null: it is
    /// fitted, so that <see cref="Precision"/> is reached.</value>
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>
    /// Images of none of the classes. <value>The default is none; then one validation image in twenty is rejected, or more if that is
    /// needed for <see cref="Precision"/>.</value>
    /// </summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Precision is > 0 and <= 1, Precision, "above 0 and up to 1");
        errors.Require(Threshold is null or (>= -1 and <= 1), Threshold, "-1 to 1, or null");
        errors.Require(Confidence is null or (>= 0 and <= 1), Confidence, "0 to 1, or null");
        errors.RequireNotNull(Others);
    }
}

/// <summary>The thresholds below which a classifier calls an image unknown, and what they do on the validation images.</summary>
public sealed record RejectionSummary
{
    /// <summary>The lowest similarity to training images, −1 to 1, with which an image is known.</summary>
    public required double Threshold { get; init; }

    /// <summary>The lowest probability of the predicted class, 0 to 1, with which an image is known.</summary>
    public double Confidence { get; init; }

    /// <summary>The share of the validation images that are known, 0 to 1.</summary>
    public required double Coverage { get; init; }

    /// <summary>The share of the known validation and other images that are classified correctly, 0 to 1.</summary>
    public required double Precision { get; init; }

    /// <summary>The share of the other images that are rejected, 0 to 1; null where there were none.</summary>
    public double? OthersRejected { get; init; }

    /// <summary>Whether these thresholds call an image known: what <see cref="Prediction.IsKnown"/> says with them.</summary>
    /// <param name="prediction">The prediction; without <see cref="Prediction.Similarity"/> its probability alone decides.</param>
    public bool Accepts(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return Accepts(prediction.Similarity ?? 1, prediction.Probability);
    }

    internal bool Accepts(double similarity, double probability) => similarity >= Threshold && probability >= Confidence;
}
