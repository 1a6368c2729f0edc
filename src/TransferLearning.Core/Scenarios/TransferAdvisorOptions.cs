namespace TransferLearning;

/// <summary>How a data set is measured before a scenario is advised.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record TransferAdvisorOptions : ICheckedOptions
{
    private const int DefaultMaximumImages = 1500;
    private const int DefaultLargeFrom = 1000;
    private const int DefaultMaximumRankingImages = 300;

    /// <summary>The options that are used where none are given.</summary>
    public static TransferAdvisorOptions Default { get; } = new();

    /// <summary>
    /// The maximum number of training images to measure, 10 or more. From a larger data set each class contributes its share, two at least,
    /// chosen by <see cref="Seed"/>. <value>The default is 1,500: seconds for a small network, under a minute for one of the size of
    /// ResNet-50 on two cores.</value>
    /// </summary>
    public int MaximumImages { get; init; } = DefaultMaximumImages;

    /// <summary>
    /// The maximum number of training images on which <see cref="TransferAdvisor.RankAsync"/> compares backbones, 10 or more, chosen like
    /// those of <see cref="MaximumImages"/>. <value>The default is 300: seconds for a small backbone.</value>
    /// </summary>
    public int MaximumRankingImages { get; init; } = DefaultMaximumRankingImages;

    /// <summary>
    /// From this number of training images in the median class a data set counts as large, 2 or more. <value>The default is 1,000, which is
    /// what backbones were trained with: ImageNet has 732 to 1,300 for each class.</value>
    /// </summary>
    public int LargeFrom { get; init; } = DefaultLargeFrom;

    /// <summary>Decides which images are measured and how they are cross-validated. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the work, or is skipped. <value>The default is
    /// <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    /// <summary>
    /// The time that <see cref="TransferLearner.Auto"/> may take for all candidates together, above 0. Frozen features are always finished;
    /// others begin only in time, and end with their best epoch when it is over. Null: 10 times what frozen features took, 2 minutes at
    /// least and half an hour at most. <value>The default is null.</value>
    /// </summary>
    public TimeSpan? Budget { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(MaximumImages >= 10, MaximumImages, "10 or more");
        errors.Require(MaximumRankingImages >= 10, MaximumRankingImages, "10 or more");
        errors.Require(LargeFrom >= 2, LargeFrom, "2 or more");
        errors.RequireDefined(Undecodable);
        errors.Require(Budget is null || Budget > TimeSpan.Zero, Budget, "null or above 0");
    }
}
