namespace TransferLearning;

/// <summary>What decoding of an image may cost, and whether an incomplete image is good enough.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ImageDecodeOptions : ICheckedOptions
{
    /// <summary>The value of <see cref="MaxPixels"/> where none is given: 100 megapixels.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <summary>The value of <see cref="MaxFileBytes"/> where none is given: 256 MiB.</summary>
    public const long DefaultMaxFileBytes = 256L << 20;

    /// <summary>The value of <see cref="Oversampling"/> where none is given: √2, which is twice as many pixels as are needed.</summary>
    public const double DefaultOversampling = 1.4142135623730951;

    /// <summary>Four bytes for each pixel must fit into one array.</summary>
    internal const long LargestMaxPixels = int.MaxValue / 4 - 64;

    /// <summary>One image must fit into one array.</summary>
    internal const long LargestMaxFileBytes = int.MaxValue - 64;

    /// <summary>The options that are used where none are given.</summary>
    public static ImageDecodeOptions Default { get; } = new();

    /// <summary>
    /// The largest image that is decoded, as width times height. The header is checked against it before any memory is allocated.
    /// <value>The default is 100,000,000; at most 536,870,847.</value>
    /// </summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>The largest file that is read, in bytes. <value>The default is 268,435,456; at most 2,147,483,583.</value></summary>
    public long MaxFileBytes { get; init; } = DefaultMaxFileBytes;

    /// <summary>
    /// How many times larger, along each side, a JPEG or WebP image is decoded than the size that it is resized to, at least; the decoder
    /// takes the smallest scale of 1/8, 1/4, 1/2 and 1 that suffices. Higher values cost time and come closer to a full decode:
    /// docs/adr/0007-scaled-decode.md has both. <see cref="double.PositiveInfinity"/> decodes in full.
    /// <value>The default is √2, twice as many pixels as are needed; at least 1.</value>
    /// </summary>
    public double Oversampling { get; init; } = DefaultOversampling;

    /// <summary>
    /// True: take what can be decoded of a cut-off or damaged image; missing parts are black, or white where the image has an alpha
    /// channel. False: such an image is an <see cref="ImageDecodeException"/>. <value>The default is false.</value>
    /// </summary>
    public bool AllowPartial { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(MaxPixels is >= 1 and <= LargestMaxPixels, MaxPixels, $"1 to {LargestMaxPixels}");
        errors.Require(MaxFileBytes is >= 1 and <= LargestMaxFileBytes, MaxFileBytes, $"1 to {LargestMaxFileBytes}");
        errors.Require(Oversampling >= 1, Oversampling, "1 or more");
    }
}
