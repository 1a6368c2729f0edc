namespace TransferLearning;

/// <summary>How a new head is put on a frozen backbone.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record FeatureExtractionOptions : ICheckedOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static FeatureExtractionOptions Default { get; } = new();

    /// <summary>How the last features become one vector. <value>The default is <see cref="FeaturePooling.Auto"/>.</value></summary>
    public FeaturePooling Pooling { get; init; } = FeaturePooling.Auto;

    /// <summary>A head with a hidden layer, trained by gradient descent. <value>The default is null: a linear head.</value></summary>
    public MlpHeadOptions? Mlp { get; init; }

    /// <summary>How the linear head is fitted, where there is no hidden layer.</summary>
    public LinearHeadOptions Head { get; init; } = LinearHeadOptions.Default;

    /// <summary>
    /// Random views of the training images: a linear head is fitted to all of them, one with a hidden layer draws one for each image and
    /// epoch; null for the images as they are. <value>The default is null.</value>
    /// </summary>
    public AugmentedViews? Views { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the training, or is skipped and listed in
    /// <see cref="TrainingSummary.SkippedImages"/>. <value>The default is <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireDefined(Pooling);
        errors.RequireValid(Head);
        errors.CheckInside(Mlp);
        errors.CheckInside(Views);
        errors.RequireDefined(Undecodable);
    }

    /// <summary>Everything that was chosen, by name, for the record in the model's file.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Settings() =>
    [
        new(nameof(Pooling), Pooling.ToString()),
        .. Mlp?.Settings() ?? [new(nameof(Head), Head.Describe())],
        new(nameof(Views), Views?.Describe() ?? "none"),
        new(nameof(Undecodable), Undecodable.ToString()),
    ];
}
