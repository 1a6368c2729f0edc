namespace TransferLearning;

/// <summary>
/// How a backbone is fine-tuned: a linear head is fitted to the frozen features first, then the last part of the backbone trains together
/// with it, at lower rates. Running statistics of BatchNormalization stay as they are; its scale and bias train.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record FineTuningOptions : TrainingOptions
{
    /// <summary>Creates the default options.</summary>
    public FineTuningOptions()
    {
        Epochs = 6;
        LearningRate = 0.03;
        LabelSmoothing = 0.1;
        Mixup = 0.2;
        Schedule = LearningRateSchedule.Cosine().WithWarmUp();
    }

    /// <summary>
    /// Up to where the backbone is frozen. <value>The default freezes the first 75% of the layers that have weights.</value>
    /// </summary>
    public FreezePoint Freeze { get; init; } = FreezePoint.Fraction(0.75);

    /// <summary>
    /// What the learning rate is multiplied with for the backbone, above 0: what it has learned elsewhere is to be adapted, not replaced.
    /// <value>The default is 0.1.</value>
    /// </summary>
    public double BackboneRate { get; init; } = 0.1;

    /// <summary>
    /// What the learning rate is multiplied with once more for every layer that lies further from the head, in (0, 1]. <value>The default
    /// is 1.</value>
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Whether the Dropout nodes of the part that trains drop. <value>The default is true.</value></summary>
    public bool Dropout { get; init; } = true;

    /// <summary>
    /// How the head is fitted before the backbone trains. <value>The default has one strength of 0.03: training continues from this head,
    /// so a search for the best one would be wasted.</value>
    /// </summary>
    public LinearHeadOptions Head { get; init; } = new() { RegularizationStrengths = [0.03] };

    /// <summary>
    /// Random views of the training images, which every epoch draws from; null for the images as they are. <value>The default is
    /// null.</value>
    /// </summary>
    public AugmentedViews? Views { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the training, or is skipped and listed. <value>The default is to stop.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    private protected override void Check(OptionErrors errors)
    {
        base.Check(errors);
        errors.RequireNotNull(Freeze);
        errors.Require(BackboneRate > 0 && double.IsFinite(BackboneRate), BackboneRate, "above 0");
        errors.Require(LayerDecay is > 0 and <= 1, LayerDecay, "in (0, 1]");
        errors.RequireValid(Head);
        errors.CheckInside(Views);
        errors.RequireDefined(Undecodable);
    }

    internal override IEnumerable<KeyValuePair<string, string>> Describe() =>
    [
        .. base.Describe(),
        Entry(nameof(Freeze), $"{Freeze}"),
        Entry(nameof(BackboneRate), $"{BackboneRate:R}"),
        Entry(nameof(LayerDecay), $"{LayerDecay:R}"),
        Entry(nameof(Dropout), $"{Dropout}"),
        Entry(nameof(Views), $"{Views?.Describe() ?? "none"}"),
    ];

    internal override IEnumerable<KeyValuePair<string, string>> Settings() =>
        [.. Describe(), Entry(nameof(Head), $"{Head.Describe()}"), Entry(nameof(Undecodable), $"{Undecodable}")];
}
