using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Tests.Documentation;

/// <summary>How rounds become a row of docs/performance.md.</summary>
public sealed class PerformanceRowTests
{
    [Fact]
    public void The_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians()
    {
        // Round by round 1, 4 and 1.5; the medians alone would say 20 / 10.
        var row = new Row("work", "rival", Unit.ImagesPerSecond) { Ours = [10, 20, 30], Theirs = [10, 5, 20] };
        Assert.Equal(1.5, row.Ratio);
        Assert.Equal(("20.0", "10.0", "1.50", "1.00…4.00"), (row.OursText, row.TheirsText, row.RatioText, row.SpreadText));
    }

    [Theory]
    [InlineData(1.5, true, true)]
    [InlineData(1.51, true, false)]
    [InlineData(1.5, false, true)]
    [InlineData(1.49, false, false)]
    public void A_goal_of_the_ratio_includes_its_bound(double bound, bool atLeast, bool met)
    {
        var row = new Row("work", "rival", Unit.Milliseconds) { Ours = [3], Theirs = [2], Goal = new Goal(bound, atLeast) };
        Assert.Equal(met, row.MeetsGoal);
    }

    [Fact]
    public void A_goal_of_our_own_figure_needs_no_rival()
    {
        var row = new Row("start", "", Unit.Seconds) { Ours = [0.9, 0.6, 0.5], Goal = Goal.OursAtMost(0.7, Unit.Seconds) };
        Assert.Equal(("≤ 0.7 s met", "–"), (row.GoalText, row.RatioText));
    }

    [Fact]
    public void A_rival_that_could_not_be_had_leaves_the_goal_open()
    {
        var row = new Row("work", "rival", Unit.Milliseconds) { Goal = Goal.RatioAtMost(1.15), Note = "npm cannot be started" };
        Assert.Equal(("≤ 1.15 not measured", "–", "–"), (row.GoalText, row.OursText, row.SpreadText));
    }

    [Fact]
    public void Percentiles_are_values_that_occur()
    {
        double[] values = [.. Enumerable.Range(1, 100).Reverse().Select(i => (double)i)];
        Assert.Equal(
            (50, 99, 100), (Statistics.Percentile(values, 0.5), Statistics.Percentile(values, 0.99), Statistics.Percentile(values, 1)));
        Assert.Equal(50.5, Statistics.Median(values));
    }
}
