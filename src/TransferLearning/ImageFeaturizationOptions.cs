namespace TransferLearning.MLNet;

/// <summary>How images become features in a pipeline.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ImageFeaturizationOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static ImageFeaturizationOptions Default { get; } = new();

    /// <summary>How the last feature maps become one vector. <value>The default is <see cref="FeaturePooling.Average"/>.</value></summary>
    public FeaturePooling Pooling { get; init; } = FeaturePooling.Average;

    /// <summary>Threads, batch size and execution provider. They are not part of a saved model.</summary>
    public ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>Where weights are kept and how they are fetched.</summary>
    public WeightCacheOptions Weights { get; init; } = WeightCacheOptions.Default;

    /// <summary>Throws when a value is out of range; one message lists every violation.</summary>
    internal void ThrowIfInvalid(string parameterName)
    {
        var violations = new List<string>();
        if (!Enum.IsDefined(Pooling))
            violations.Add($"{nameof(Pooling)} is {Pooling}; it must be a value of {nameof(FeaturePooling)}");
        if (Execution is null)
            violations.Add($"{nameof(Execution)} must not be null");
        else
            violations.AddRange(OptionErrors.Of(Execution));
        if (Weights is null)
            violations.Add($"{nameof(Weights)} must not be null");
        if (violations.Count > 0)
            throw new ArgumentException($"The featurization options are not valid: {string.Join("; ", violations)}.", parameterName);
    }
}
