namespace TransferLearning;

/// <summary>Where a true share lies, judged by a sample.</summary>
/// <param name="Lower">The lower end, 0 to 1.</param>
/// <param name="Upper">The upper end, 0 to 1.</param>
public readonly record struct ProportionInterval(double Lower, double Upper)
{
    /// <summary>The 97.5% point of the normal distribution.</summary>
    private const double Normal975 = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval at 95% (E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927): sound for
    /// small samples and for shares near 0 and 1, where the usual ± two standard errors is not.
    /// </summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no trial, or the successes are not 0 to <paramref name="trials"/>.</exception>
    public static ProportionInterval Wilson(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double share = (double)successes / trials;
        double square = Normal975 * Normal975 / trials;
        double centre = (share + (square / 2)) / (1 + square);
        double half = Normal975 * Math.Sqrt((share * (1 - share) / trials) + (square / (4 * trials))) / (1 + square);
        return new ProportionInterval(
            successes == 0 ? 0 : Math.Max(0, centre - half),
            successes == trials ? 1 : Math.Min(1, centre + half));
    }
}
