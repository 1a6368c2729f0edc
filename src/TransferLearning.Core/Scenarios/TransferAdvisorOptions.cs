namespace TransferLearning;

/// <summary>How a data set is measured before a scenario is advised.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record TransferAdvisorOptions
{
    private const int DefaultMaximumImages = 1500;
    private const int DefaultLargeFrom = 1000;

    /// <summary>The options that are used where none are given.</summary>
    public static TransferAdvisorOptions Default { get; } = new();

    /// <summary>
    /// The most training images to measure, 10 or more. Of a larger data set each class gives its share, two at least, chosen by
    /// <see cref="Seed"/>. <value>The default is 1,500: seconds for a small network, under a minute for one of the size of ResNet-50 on two
    /// cores.</value>
    /// </summary>
    public int MaximumImages { get; init; } = DefaultMaximumImages;

    /// <summary>
    /// From so many training images in the median class a data set is large, 2 or more. <value>The default is 1,000, which is what
    /// backbones were themselves trained with: ImageNet has 732 to 1,300 for each class.</value>
    /// </summary>
    public int LargeFrom { get; init; } = DefaultLargeFrom;

    /// <summary>Decides which images are measured and how they are cross-validated. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether an image that cannot be decoded stops the work, or is left out. <value>The default is
    /// <see cref="UndecodableImages.Throw"/>.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    /// <summary>Throws if something is out of range, with every violation in the message.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void ThrowIfInvalid(string parameterName)
    {
        var violations = Violations();
        if (violations.Count > 0)
            throw new ArgumentException($"{string.Join("; ", violations)}.", parameterName);
    }

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    internal List<string> Violations()
    {
        var violations = new List<string>();
        if (MaximumImages < 10)
            violations.Add(FormattableString.Invariant($"{nameof(MaximumImages)} is {MaximumImages}; it must be 10 or more"));
        if (LargeFrom < 2)
            violations.Add(FormattableString.Invariant($"{nameof(LargeFrom)} is {LargeFrom}; it must be 2 or more"));
        if (!Enum.IsDefined(Undecodable))
            violations.Add(FormattableString.Invariant($"{nameof(Undecodable)} is {(int)Undecodable}; it must be {nameof(UndecodableImages.Throw)} or {nameof(UndecodableImages.Skip)}"));
        return violations;
    }
}
