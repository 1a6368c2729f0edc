namespace TransferLearning;

/// <summary>
/// How a network is trained from random weights: all layers at the same rate, BatchNormalization with the statistics of the batch wherever
/// the network has it.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record ScratchOptions : TrainingOptions
{
    /// <summary>Creates the default options: 30 epochs of AdamW at 0.001 with warm-up and cosine decay.</summary>
    public ScratchOptions()
    {
        Epochs = 30;
        BatchSize = 32;
        LearningRate = 1e-3;
        Optimizer = new AdamWOptions();
        Schedule = LearningRateSchedule.Cosine().WithWarmUp();
        GradientClipping = 1;
    }

    /// <summary>Whether the Dropout nodes of the network drop. <value>The default is true.</value></summary>
    public bool Dropout { get; init; } = true;

    /// <summary>
    /// Whether an image that cannot be decoded stops the training, or is skipped and listed. <value>The default is to stop.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    /// <summary>
    /// Random views of the training images, which every epoch draws from; null for the images as they are. Each view of an image is
    /// kept in memory. <value>The default is null.</value>
    /// </summary>
    public AugmentedViews? Views { get; init; }

    private protected override void Check(OptionErrors errors)
    {
        base.Check(errors);
        errors.CheckInside(Views);
        errors.RequireDefined(Undecodable);
    }

    internal override IEnumerable<KeyValuePair<string, string>> Describe() =>
        [.. base.Describe(), Entry(nameof(Dropout), $"{Dropout}"), Entry(nameof(Views), $"{Views?.Describe() ?? "none"}")];

    internal override IEnumerable<KeyValuePair<string, string>> Settings() => [.. Describe(), Entry(nameof(Undecodable), $"{Undecodable}")];
}
