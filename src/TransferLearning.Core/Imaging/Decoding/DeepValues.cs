namespace TransferLearning;

/// <summary>
/// Values of 16 bits as bytes. Microscopes, scanners and thermal cameras use a part of the range only, for instance 12 bits of 16; dividing
/// by 257 would make such images black. Up to a quarter of the range, the values are those of a smaller depth: 8, 10, 12 or 14 bits, the
/// smallest that holds the highest value, so that images of one instrument keep their relative brightness. Values that cover less than an
/// eighth of the depth are stretched from the lowest to the highest.
/// </summary>
internal static class DeepValues
{
    private const double LeastShare = 1.0 / 8;

    private static readonly int[] Depths = [255, 1023, 4095, 16383, 65535];

    /// <summary>What is subtracted from the values of an image, and what is 255 afterwards.</summary>
    /// <param name="lowest">The lowest value, 0 to 65535.</param>
    /// <param name="highest">The highest value.</param>
    public static (double Black, double Range) RangeOf(double lowest, double highest)
    {
        int depth = Depths.First(depth => highest <= depth);
        return Within(lowest, highest, depth);
    }

    /// <summary>The same where it is known what white is.</summary>
    public static (double Black, double Range) Within(double lowest, double highest, double white) =>
        highest > lowest && highest - lowest < LeastShare * white ? (lowest, highest - lowest) : (0, white);
}
