using System.Globalization;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>One line of the table: what was measured of the library and of a rival in turn, one figure of each in every round.</summary>
/// <param name="What">What both do.</param>
/// <param name="Rival">Against whom.</param>
/// <param name="Unit">The unit of the figures.</param>
internal sealed record Row(string What, string Rival, Unit Unit)
{
    /// <summary>The library's figures, one for each round.</summary>
    public IReadOnlyList<double> Ours { get; init; } = [];

    /// <summary>The rival's figures of the same rounds; empty where there is no rival, or it could not be had.</summary>
    public IReadOnlyList<double> Theirs { get; init; } = [];

    /// <summary>What is asked for; null where nothing is.</summary>
    public Goal? Goal { get; init; }

    /// <summary>What else a reader should know: settings, shares, why a figure is missing.</summary>
    public string Note { get; init; } = "";

    /// <summary>Ours by theirs in each round. Of speeds more is better, of times and memory less.</summary>
    public IReadOnlyList<double> Ratios => [.. Ours.Zip(Theirs, (ours, theirs) => ours / theirs)];

    /// <summary>The median of <see cref="Ratios"/>; null without a rival.</summary>
    public double? Ratio => Ratios.Count == 0 ? null : Statistics.Median(Ratios);

    /// <summary>Null where there is no goal, or nothing was measured that it is about.</summary>
    public bool? MeetsGoal => Goal switch
    {
        null => null,
        { OfOurs: not null } => Ours.Count == 0 ? null : Goal.IsMet(Statistics.Median(Ours)),
        _ => Ratio is { } ratio ? Goal.IsMet(ratio) : null,
    };

    public string OursText => Median(Ours);

    public string TheirsText => Median(Theirs);

    public string RatioText => Ratio is { } ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "–";

    /// <summary>The least and the largest ratio of a round.</summary>
    public string SpreadText => Ratios.Count == 0 ? "–" : FormattableString.Invariant($"{Ratios.Min():F2}…{Ratios.Max():F2}");

    public string GoalText => Goal is null ? "" : Goal + (MeetsGoal switch { true => " met", false => " missed", null => " not measured" });

    private string Median(IReadOnlyList<double> values) => values.Count == 0 ? "–" : Unit.Format(Statistics.Median(values));
}
