namespace TransferLearning;

/// <summary>A confidence interval of a proportion.</summary>
public readonly record struct ProportionInterval
{
    /// <summary>The 97.5% quantile of the normal distribution.</summary>
    private const double Normal975 = 1.959963984540054;

    /// <summary>The lower end, 0 to 1.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper end, 0 to 1.</summary>
    public required double Upper { get; init; }

    /// <summary>
    /// Wilson's score interval at 95% (E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927): valid for
    /// small samples and for proportions near 0 and 1, where the usual ± two standard errors is not.
    /// </summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="trials"/> is below 1, or <paramref name="successes"/> is not 0 to <paramref name="trials"/>.
    /// </exception>
    public static ProportionInterval Wilson(int successes, int trials) => Wilson(successes, trials, Normal975);

    /// <summary>The same for a number of standard deviations to each side.</summary>
    internal static ProportionInterval Wilson(int successes, int trials, double deviations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double share = (double)successes / trials;
        double square = deviations * deviations / trials;
        double centre = (share + (square / 2)) / (1 + square);
        double half = deviations * Math.Sqrt((share * (1 - share) / trials) + (square / (4 * trials))) / (1 + square);
        return new ProportionInterval
        {
            Lower = successes == 0 ? 0 : Math.Max(0, centre - half),
            Upper = successes == trials ? 1 : Math.Min(1, centre + half),
        };
    }
}
