namespace TransferLearning;

/// <summary>How a new head is put on a frozen backbone.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record FeatureExtractionOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static FeatureExtractionOptions Default { get; } = new();

    /// <summary>How the last feature maps become one vector. <value>The default is <see cref="FeaturePooling.Average"/>.</value></summary>
    public FeaturePooling Pooling { get; init; } = FeaturePooling.Average;

    /// <summary>A head with a hidden layer, trained by gradient descent. <value>The default is null: a linear head.</value></summary>
    public MlpHeadOptions? Mlp { get; init; }

    /// <summary>How the linear head is fitted, where there is no hidden layer.</summary>
    public LinearHeadOptions Head { get; init; } = LinearHeadOptions.Default;

    /// <summary>
    /// Random forms of the training images: a linear head is fitted to all of them, one with a hidden layer draws one for each image and
    /// epoch; null for the images as they are. <value>The default is null.</value>
    /// </summary>
    public AugmentedViews? Views { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the training, or is left out and listed in
    /// <see cref="TrainingSummary.SkippedImages"/>. <value>The default is <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    /// <param name="hasValidation">Whether there are validation images.</param>
    internal IReadOnlyList<string> Violations(bool hasValidation)
    {
        var violations = Mlp?.Violations(classCount: null, hasValidation) ?? Head?.Violations() ?? [$"{nameof(Head)} must not be null"];
        if (!Enum.IsDefined(Pooling))
            violations.Add($"{nameof(Pooling)} is {Pooling}; it must be a value of {nameof(FeaturePooling)}");
        if (!Enum.IsDefined(Undecodable))
            violations.Add($"{nameof(Undecodable)} is {Undecodable}; it must be a value of {nameof(UndecodableImages)}");
        violations.AddRange(Views is null ? [] : OptionErrors.Of(Views));
        return violations;
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
