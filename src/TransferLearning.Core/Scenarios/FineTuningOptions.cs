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
        Optimizer = new AdamWOptions();
        EarlyStopping = new EarlyStopping();
        LabelSmoothing = 0.1;
        Mixup = 0.2;
        Schedule = LearningRateSchedule.Cosine().WithWarmUp();
    }

    /// <summary>So many images are seen in all epochs together, by default.</summary>
    private const int ImagesToSee = 10_000;

    private const int FewestEpochs = 3;
    private const int MostEpochs = 20;
    private const double DefaultRate = 1e-3;

    /// <summary>
    /// Up to where the backbone is frozen. <value>The default freezes the first 75% of the layers that have weights.</value>
    /// </summary>
    public FreezePoint Freeze { get; init; } = FreezePoint.Fraction(0.75);

    /// <summary>
    /// What the learning rate is multiplied with for the backbone, above 0: what it has learned elsewhere is to be adapted, not replaced.
    /// <value>The default is 0.3.</value>
    /// </summary>
    public double BackboneRate { get; init; } = 0.3;

    /// <summary>
    /// What the learning rate is multiplied with once more for every layer that lies further from the head, in (0, 1]. <value>The default
    /// is 1.</value>
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Whether the Dropout nodes of the part that trains drop. <value>The default is true.</value></summary>
    public bool Dropout { get; init; } = true;

    /// <summary>
    /// How the head is fitted before the backbone trains: as in feature extraction, since this head is the model where training does not
    /// improve on it.
    /// </summary>
    public LinearHeadOptions Head { get; init; } = LinearHeadOptions.Default;

    /// <summary>
    /// The share of the training images that is held out to choose the best epoch where there are no validation images, in [0, 0.5]. One
    /// last epoch trains on all images. 0: none, and the last epoch becomes the model. <value>The default is 0.1.</value>
    /// </summary>
    public double HoldOut { get; init; } = 0.1;

    /// <summary>
    /// Random views of the training images, which every epoch draws from; null for the images as they are. <value>The default is
    /// null.</value>
    /// </summary>
    public AugmentedViews? Views { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the training, or is skipped and listed. <value>The default is to stop.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    internal override bool StartsFitted => true;

    internal override double RateOrDefault => LearningRate ?? DefaultRate;

    internal override int EpochsFor(int images) =>
        Epochs ?? Math.Clamp(ImagesToSee / Math.Max(images, 1), FewestEpochs, MostEpochs);

    /// <summary>
    /// Where there are no validation images, some are held out; where none are, the default of early stopping has no effect.
    /// </summary>
    internal override void CheckValidation(OptionErrors errors, bool hasValidation)
    {
        if (EarlyStopping == new EarlyStopping())
            (this with { EarlyStopping = null }).CheckValidation(errors, hasValidation);
        else
            base.CheckValidation(errors, hasValidation || HoldOut > 0);
    }

    private protected override void Check(OptionErrors errors)
    {
        base.Check(errors);
        errors.RequireNotNull(Freeze);
        errors.Require(BackboneRate > 0 && double.IsFinite(BackboneRate), BackboneRate, "above 0");
        errors.Require(LayerDecay is > 0 and <= 1, LayerDecay, "in (0, 1]");
        errors.Require(HoldOut is >= 0 and <= 0.5, HoldOut, "in [0, 0.5]");
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
        Entry(nameof(HoldOut), $"{HoldOut:R}"),
        Entry(nameof(Views), $"{Views?.Describe() ?? "none"}"),
    ];

    internal override IEnumerable<KeyValuePair<string, string>> Settings() =>
        [.. Describe(), Entry(nameof(Head), $"{Head.Describe()}"), Entry(nameof(Undecodable), $"{Undecodable}")];
}
