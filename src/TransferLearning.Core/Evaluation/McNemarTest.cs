namespace TransferLearning;

/// <summary>McNemar's test: whether two classifiers that were evaluated on the same images differ significantly.</summary>
/// <remarks>
/// Only the images that exactly one of the two classifies correctly count: if both are equally good, each of these is a fair coin toss
/// (Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages, 1947; here as the exact
/// binomial test, which is valid for few images too). Immutable and safe for use from many threads.
/// </remarks>
public sealed record McNemarTest
{
    /// <summary>The number of images that only the first classifier classifies correctly, 0 or more.</summary>
    public required int OnlyFirst { get; init => field = Checked(value); }

    /// <summary>The number of images that only the second classifier classifies correctly, 0 or more.</summary>
    public required int OnlySecond { get; init => field = Checked(value); }

    /// <summary>
    /// The two-sided p-value, above 0 to 1: the probability of a difference at least this large between two equally good classifiers. Below
    /// 0.05 a difference is usually called significant.
    /// </summary>
    public double PValue => TwoSided(OnlyFirst, OnlySecond);

    private static int Checked(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    /// <summary>Twice the probability of min(b, c) or fewer heads in b + c coin tosses, at most 1.</summary>
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
