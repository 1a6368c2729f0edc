namespace TransferLearning;

/// <summary>Which scenario of transfer learning suits a data set and a backbone, and the measurements that say so.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record TransferAdvice
{
    /// <summary><see cref="TransferScenario.FeatureExtraction"/> or <see cref="TransferScenario.FineTuning"/>.</summary>
    public required TransferScenario Scenario { get; init; }

    /// <summary>
    /// The share of the backbone's layers with weights that stays frozen, for <see cref="FreezePoint.Fraction"/>: 1 for feature
    /// extraction; 0.6 to 0.8, 1/3 to 1/2, or 0 for fine-tuning.
    /// </summary>
    public required double Freeze { get; init; }

    /// <summary>
    /// How similar the images are to those that the backbone was trained on, 0 to 1: the share of the log-loss left by its general layers
    /// that its specialised last third removes. 0: what the backbone has specialised in does not help here.
    /// </summary>
    public required double Similarity { get; init; }

    /// <summary>Where <see cref="Similarity"/> lies at 90% confidence, given how few or many images were measured.</summary>
    public required ProportionInterval SimilarityInterval { get; init; }

    /// <summary>Whether the images count as similar: <see cref="SimilarityInterval"/> reaches
    /// <see cref="TransferAdvisor.SimilarFrom"/>, or nothing could be measured as no depth beats always naming the largest class.</summary>
    public required bool IsSimilar { get; init; }

    /// <summary>
    /// Whether the training images are many: at least <see cref="TransferAdvisorOptions.LargeFrom"/> in the median class.
    /// </summary>
    public required bool IsLarge { get; init; }

    /// <summary>The number of training images in the median class of the whole data set.</summary>
    public required int ImagesPerClass { get; init; }

    /// <summary>The number of training images that were measured.</summary>
    public required int MeasuredImages { get; init; }

    /// <summary>
    /// The accuracy to expect of feature extraction on images like these, 0 to 1. Measured is that of a linear head on the frozen features,
    /// cross-validated on the measured training images (the last of <see cref="Depths"/>); guessed is what the images add that each of
    /// these heads did not learn from, by how much the measured ones gained over half of them. Fine-tuning, where that is the advice,
    /// starts from here.
    /// </summary>
    public required double ExpectedAccuracy { get; init; }

    /// <summary>
    /// A 95% interval of <see cref="ExpectedAccuracy"/>: from the lower end of Wilson's interval of what was measured to the upper end of
    /// that of what is expected.
    /// </summary>
    public required ProportionInterval ExpectedAccuracyInterval { get; init; }

    /// <summary>How well the classes can be told apart at each depth of the backbone, from the first layers to the end.</summary>
    public required IReadOnlyList<DepthScore> Depths { get; init; }

    /// <summary>The reason in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The reason in words.</summary>
    public override string ToString() => Reason;
}
