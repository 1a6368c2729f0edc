namespace TransferLearning;

/// <summary>Whether two classifiers that were judged by the same images differ by more than chance.</summary>
/// <remarks>
/// Only the images count on which exactly one of the two is right: if both are equally good, each of these is a fair coin
/// (Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages, 1947; here the exact binomial
/// test, which holds for few images too). Immutable and safe for use from many threads.
/// </remarks>
/// <param name="OnlyFirst">The number of images that the first classifier gets right and the second wrong, 0 or more.</param>
/// <param name="OnlySecond">The number of images that the second classifier gets right and the first wrong, 0 or more.</param>
public sealed record McNemarTest(int OnlyFirst, int OnlySecond)
{
    /// <summary>
    /// How probable a difference as great as this one, either way, would be if both classifiers were equally good, above 0 to 1. Below 0.05
    /// one commonly speaks of a significant difference.
    /// </summary>
    public double PValue { get; } = TwoSided(Checked(OnlyFirst, nameof(OnlyFirst)), Checked(OnlySecond, nameof(OnlySecond)));

    private static int Checked(int count, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count, name);
        return count;
    }

    /// <summary>Twice the chance of min(b, c) or fewer heads of b + c coins, at most 1.</summary>
    private static double TwoSided(int b, int c)
    {
        int coins = checked(b + c), fewer = Math.Min(b, c);
        if (b == c)
            return 1;

        // ln(n over k) − n·ln 2, from one k to the next: no factorial gets too large.
        double term = -coins * Math.Log(2), sum = 0;
        for (int k = 0; k <= fewer; k++)
        {
            sum += Math.Exp(term);
            term += Math.Log((double)(coins - k) / (k + 1));
        }

        return Math.Min(1, 2 * sum);
    }
}
