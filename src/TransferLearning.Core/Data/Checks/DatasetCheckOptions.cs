namespace TransferLearning;

/// <summary>From where on <see cref="DatasetDoctor"/> finds something remarkable, and how many threads it takes.</summary>
public sealed record DatasetCheckOptions
{
    /// <summary>Whether the same image saved anew is looked for. <value>The default is true.</value></summary>
    public bool FindReencoded { get; init; } = true;

    /// <summary>An image whose shorter side has fewer pixels is tiny. <value>The default is 32; at least 1.</value></summary>
    public int TinySide { get; init; } = 32;

    /// <summary>
    /// An image whose longer side is more than this many times the shorter one has an extreme aspect: a crop to the centre loses most of
    /// it. <value>The default is 4; at least 1.</value>
    /// </summary>
    public double ExtremeAspect { get; init; } = 4;

    /// <summary>
    /// Classes are out of balance when the largest has more than this many times the training images of the smallest.
    /// <value>The default is 10; at least 1.</value>
    /// </summary>
    public double Imbalance { get; init; } = 10;

    /// <summary>A class with fewer training images is remarked on. <value>The default is 10; at least 2.</value></summary>
    public int FewImages { get; init; } = 10;

    /// <summary>How many images are decoded at once. <value>The default is the number of processors; at least 1.</value></summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What decoding may cost. <value>The default is <see cref="ImageDecodeOptions.Default"/>.</value></summary>
    public ImageDecodeOptions Decoding { get; init; } = ImageDecodeOptions.Default;

    /// <summary>Throws when a value is out of range; one message lists every violation.</summary>
    internal void ThrowIfInvalid(string parameterName)
    {
        ArgumentNullException.ThrowIfNull(Decoding);
        var violations = new List<string>(Decoding.Violations());
        if (TinySide < 1)
            violations.Add(FormattableString.Invariant($"{nameof(TinySide)} is {TinySide}; it must be 1 or more"));
        if (!(ExtremeAspect >= 1))
            violations.Add(FormattableString.Invariant($"{nameof(ExtremeAspect)} is {ExtremeAspect}; it must be 1 or more"));
        if (!(Imbalance >= 1))
            violations.Add(FormattableString.Invariant($"{nameof(Imbalance)} is {Imbalance}; it must be 1 or more"));
        if (FewImages < 2)
            violations.Add(FormattableString.Invariant($"{nameof(FewImages)} is {FewImages}; it must be 2 or more"));
        if (Threads < 1)
            violations.Add(FormattableString.Invariant($"{nameof(Threads)} is {Threads}; it must be 1 or more"));
        if (violations.Count > 0)
            throw new ArgumentException($"{string.Join("; ", violations)}.", parameterName);
    }
}
