using System.Text;
using TransferLearning.Fuzz;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Fuzz;

/// <summary>The search finds what it is there to find.</summary>
public sealed class CampaignTests
{
    private static readonly WorkerLimits Limits = new(TimeSpan.FromSeconds(5), 192 << 20);

    [Fact]
    public void Every_kind_of_process_end_is_distinguished_and_the_next_input_gets_a_new_process()
    {
        using var worker = new WorkerProcess(FaultyTarget.Name, Limits);
        Assert.Equal("Accepted: sound", Run("sound").Signature);
        Assert.Equal("Refused: FormatException documented", Run("r").Signature);
        Assert.Equal((OutcomeKind.Unexpected, true), (Run("e").Kind, Run("e").IsFinding));
        Assert.Contains("AccessViolation", Run("crash").Detail, StringComparison.Ordinal);
        Assert.Equal(OutcomeKind.Crash, Run("crash").Kind);
        Assert.Equal(OutcomeKind.Hang, Run("hang").Kind);
        Assert.Equal(OutcomeKind.Memory, Run("memory").Kind);
        Assert.Equal("Accepted: sound", Run("sound").Signature);

        Outcome Run(string input) => worker.Run(Encoding.ASCII.GetBytes(input));
    }

    [Fact]
    public void A_campaign_saves_findings_in_full_and_minimised()
    {
        using var folder = new TemporaryFolder();
        var (findings, first) = Search(folder.File("first"));
        Assert.True(findings == 1, first);
        string small = Assert.Single(Directory.GetFiles(folder.File("first/faulty"), "*.min.bin"));
        Assert.Equal("e", File.ReadAllText(small));
        Assert.Contains(
            "InvalidOperationException",
            File.ReadAllText(small.Replace(".min.bin", ".txt", StringComparison.Ordinal)),
            StringComparison.Ordinal);

        // The same seed finds the same input.
        Search(folder.File("second"));
        Assert.Equal(Names("first/faulty"), Names("second/faulty"));

        IEnumerable<string?> Names(string part) =>
            Directory.GetFiles(folder.File(part)).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    private static (int Findings, string Log) Search(string folder)
    {
        using var log = new StringWriter();
        var options = new FuzzOptions { Iterations = 3000, Seed = 5, Findings = folder, Limits = Limits };
        using var campaign = new Campaign(FaultyTarget.Name, options, log);
        return (campaign.Run(TimeSpan.FromMinutes(2)), log.ToString());
    }
}
