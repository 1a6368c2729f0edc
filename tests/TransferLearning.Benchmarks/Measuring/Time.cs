namespace TransferLearning.Benchmarks.Measuring;

/// <summary>The time of the clock, and that of this process's processors, which other work on the machine disturbs less.</summary>
internal readonly record struct Time(double Seconds, double ProcessorSeconds);

/// <summary>The times of one contestant, one for each round.</summary>
internal sealed record Times(IReadOnlyList<Time> Rounds)
{
    public IReadOnlyList<double> Seconds => [.. Rounds.Select(round => round.Seconds)];

    public IReadOnlyList<double> Milliseconds => [.. Rounds.Select(round => 1000 * round.Seconds)];

    /// <summary>How many of <paramref name="count"/> things of a round there are in a second.</summary>
    public IReadOnlyList<double> PerSecond(int count) => [.. Rounds.Select(round => count / round.Seconds)];

    /// <summary>In words, the share of decoding alone, by processor time.</summary>
    public string ShareOf(Times decoding)
    {
        double share = Statistics.Median(decoding.Rounds.Zip(Rounds, (part, whole) => part.ProcessorSeconds / whole.ProcessorSeconds));
        return FormattableString.Invariant($"decoding is {100 * share:F0}% of ours");
    }

    /// <summary>In words, the median of the rounds' ratios of processor time, another's by this one's.</summary>
    public string ProcessorTimeOf(Times other)
    {
        double ratio = Statistics.Median(other.Rounds.Zip(Rounds, (theirs, ours) => theirs.ProcessorSeconds / ours.ProcessorSeconds));
        return FormattableString.Invariant($"their processor time is {ratio:F2} × ours");
    }
}
