using System.Globalization;

namespace TransferLearning;

/// <summary>The limits of image decoding, and whether incomplete images are accepted.</summary>
/// <remarks>
/// Immutable and safe for use from many threads. Common JPEG files are decoded by managed code, which is faster than Skia and differs from
/// it by rounding; the <see cref="AppContext"/> switch <c>TransferLearning.UseSkiaForJpeg</c> makes Skia decode all of them.
/// </remarks>
public sealed record ImageDecodeOptions : ICheckedOptions
{
    /// <summary>The default of <see cref="MaxPixels"/>: 100 megapixels.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <summary>The default of <see cref="MaxFileBytes"/>: 256 MiB.</summary>
    public const long DefaultMaxFileBytes = 256L << 20;

    /// <summary>The default of <see cref="Oversampling"/>: √2, which is twice as many pixels as needed.</summary>
    public const double DefaultOversampling = 1.4142135623730951;

    /// <summary>Four bytes for each pixel must fit into one array.</summary>
    internal const long LargestMaxPixels = int.MaxValue / 4 - 64;

    /// <summary>A file must fit into one array.</summary>
    internal const long LargestMaxFileBytes = int.MaxValue - 64;

    private const int ScaledFactor = 4;

    /// <summary>
    /// The name of a setting of <see cref="AppContext"/> with another default of <see cref="MaxPixels"/> for the whole process, for
    /// instance in <c>runtimeconfig.json</c>.
    /// </summary>
    public const string MaxPixelsSetting = "TransferLearning.MaxPixels";

    private static long ConfiguredMaxPixels { get; } =
        long.TryParse(AppContext.GetData(MaxPixelsSetting)?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long pixels)
            ? Math.Clamp(pixels, 1, LargestMaxPixels)
            : DefaultMaxPixels;

    /// <summary>The default options.</summary>
    public static ImageDecodeOptions Default { get; } = new();

    /// <summary>
    /// The largest image that is decoded, as width times height. It is checked against the header before memory is allocated. A JPEG that
    /// is decoded at a smaller scale may have four times as many pixels if this is not below the default: what counts is what is allocated.
    /// <value>The default is 100,000,000, or the value of <see cref="MaxPixelsSetting"/>; at most 536,870,847.</value>
    /// </summary>
    public long MaxPixels { get; init; } = ConfiguredMaxPixels;

    /// <summary>The largest JPEG that is decoded at a smaller scale.</summary>
    internal long MaxScaledPixels => MaxPixels >= DefaultMaxPixels ? ScaledFactor * MaxPixels : MaxPixels;

    /// <summary>The largest file that is read, in bytes. <value>The default is 268,435,456; at most 2,147,483,583.</value></summary>
    public long MaxFileBytes { get; init; } = DefaultMaxFileBytes;

    /// <summary>
    /// The minimum ratio, along each side, of the size at which a JPEG or WebP image is decoded to the size to which it is resized; the
    /// decoder takes the smallest sufficient scale of 1/8, 1/4, 1/2 and 1. Higher values take more time and come closer to a full decode:
    /// docs/adr/0007-scaled-decode.md has measurements. <see cref="double.PositiveInfinity"/> decodes at full size. <value>The default is
    /// √2, twice as many pixels as needed; at least 1.</value>
    /// </summary>
    public double Oversampling { get; init; } = DefaultOversampling;

    /// <summary>
    /// True: accept what can be decoded of a truncated or damaged image; missing parts are black, or white if the image has an alpha
    /// channel. False: throw <see cref="ImageDecodeException"/> for such an image. <value>The default is false.</value>
    /// </summary>
    public bool AllowPartial { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(MaxPixels is >= 1 and <= LargestMaxPixels, MaxPixels, $"1 to {LargestMaxPixels}");
        errors.Require(MaxFileBytes is >= 1 and <= LargestMaxFileBytes, MaxFileBytes, $"1 to {LargestMaxFileBytes}");
        errors.Require(Oversampling >= 1, Oversampling, "1 or more");
    }
}
