using System.Diagnostics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The array job of the documentation under a real Slurm.</summary>
public sealed class SlurmTests
{
    [Fact]
    public async Task Of_eight_shards_two_are_requeued_one_is_killed_and_one_cancelled_and_every_image_is_there_once()
    {
        Assert.SkipUnless(
            File.Exists("/usr/sbin/slurmctld") || Environment.GetEnvironmentVariable("TRANSFERLEARNING_SLURM") == "1",
            "Slurm is not installed; TRANSFERLEARNING_SLURM=1 lets .ci/slurm/run install it from Debian's packages.");
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        DrawnImages.Draw(images, perClass: 12, seed: 8);
        var start = new ProcessStartInfo(
            "bash", [Path.Combine(TestData.RepositoryRoot, ".ci", "slurm", "run"), folder.File("job"), images])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TRANSFER_LEARNING"] = $"dotnet exec {CliRun.ToolPath()}";
        using var process = Process.Start(start)!;
        string log = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.SkipWhen(process.ExitCode == 77, log.Trim().Split('\n')[^1]);

        Assert.True(process.ExitCode == 0, log);
        foreach (string said in (string[])["kill -9", "scancel", "nothing else is there"])
            Assert.Contains(said, log, StringComparison.Ordinal);
        var rows = await PartRow.ReadFolderAsync(Path.Combine(folder.File("job"), "out"));
        Assert.Equal(12 * DrawnImages.Classes.Count, rows.Count);
        Assert.Equal(rows.Count, rows.Select(row => row.Path).Distinct().Count());
        using var classifier = ImageClassifier.Load(Path.Combine(folder.File("job"), "model.onnx"));
        Assert.Equal(DrawnImages.Classes.Order(StringComparer.Ordinal), classifier.Labels);
    }
}
