using TransferLearning.Cli;

namespace TransferLearning.Tests.Cli;

/// <summary>Progress without a terminal: a line at most every ten seconds, with counts and the time that is left.</summary>
public sealed class LogProgressTests
{
    [Theory]
    [InlineData(1_000, 100_000, "10,000 of 100,000, about 2 min left", "50,000 of 100,000, about 50 s left")]
    [InlineData(50, 3_100, "500 of 3,100, about 52 s left", "2,500 of 3,100, about 12 s left")]
    [InlineData(20, 12_000, "200 of 12,000, about 10 min left", "1,000 of 12,000, about 10 min left")]
    public void A_line_appears_every_ten_seconds_and_for_every_epoch(int perSecond, int total, string first, string fifth)
    {
        var clock = new TestClock();
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new LogProgress(stage => $"{stage}", output, clock);
        for (int second = 0; second <= 60; second++)
        {
            clock.Now = TimeSpan.FromSeconds(second);
            progress.Report(new TransferProgress(TransferStage.Featurize, perSecond * second, total));
        }

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.Equal("progress: Featurize, " + first, lines[0]);
        Assert.Equal("progress: Featurize, " + fifth, lines[4]);

        // The time of a stage does not count for the next one, and a quick stage says nothing.
        clock.Now = TimeSpan.FromSeconds(65);
        progress.Report(new TransferProgress(TransferStage.FitHead, 1, 2));
        clock.Now = TimeSpan.FromSeconds(75);
        progress.Report(new TransferProgress(TransferStage.Evaluate, 0, 0));
        Assert.EndsWith("progress: Evaluate, 0\n", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("FitHead", output.ToString(), StringComparison.Ordinal);
    }
}
