namespace TransferLearning.MLNet;

/// <summary>How images become features in a pipeline.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ImageFeaturizationOptions : ICheckedOptions
{
    /// <summary>The options that are used where none are given.</summary>
    internal static ImageFeaturizationOptions Default { get; } = new();

    /// <summary>How the last feature maps become one vector. <value>The default is <see cref="FeaturePooling.Average"/>.</value></summary>
    public FeaturePooling Pooling { get; init; } = FeaturePooling.Average;

    /// <summary>
    /// How images that are not square are brought to the input size. <value>The default is null: as the network was trained.</value>
    /// </summary>
    public ImageResizeMode? Resize { get; init; }

    /// <summary>Threads, batch size and execution provider. They are not part of a saved model.</summary>
    public ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>Where weights are kept and how they are downloaded.</summary>
    public WeightCacheOptions Weights { get; init; } = WeightCacheOptions.Default;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireDefined(Pooling);
        if (Resize is { } resize)
            errors.RequireDefined(resize, nameof(Resize));
        errors.RequireValid(Execution);
        errors.RequireValid(Weights);
    }
}
