using System.Globalization;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>What the figures of a row are.</summary>
/// <param name="Name">As it stands behind a figure.</param>
/// <param name="Decimals">The decimals that are shown.</param>
internal sealed record Unit(string Name, int Decimals)
{
    /// <summary>Images from file to result in a second.</summary>
    public static Unit ImagesPerSecond { get; } = new("images/s", 1);

    /// <summary>Times of one call.</summary>
    public static Unit Milliseconds { get; } = new("ms", 2);

    /// <summary>Times of whole processes.</summary>
    public static Unit Seconds { get; } = new("s", 3);

    /// <summary>Resident memory, in millions of bytes.</summary>
    public static Unit Megabytes { get; } = new("MB", 1);

    /// <summary>A figure without its unit.</summary>
    public string Format(double value) => value.ToString("F" + Decimals, CultureInfo.InvariantCulture);
}
