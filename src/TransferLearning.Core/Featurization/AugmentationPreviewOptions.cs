namespace TransferLearning;

/// <summary>What a preview of random forms shows.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record AugmentationPreviewOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static AugmentationPreviewOptions Default { get; } = new();

    /// <summary>The number of images, one to a row, 1 to 100; the classes take turns. <value>The default is 6.</value></summary>
    public int Images { get; init; } = 6;

    /// <summary>The seed of the training whose forms are shown. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    internal IEnumerable<string> Violations()
    {
        if (Images is < 1 or > 100)
            yield return FormattableString.Invariant($"Images must be 1 to 100, not {Images}");
    }
}
