using System.Runtime.InteropServices;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

public sealed class KillTests
{
    private const int Kills = 20;

    /// <summary>So that the run of 128 steps is not over before the last kill.</summary>
    private const int StepsBetweenKills = 6;

    [Fact]
    public Task A_run_that_is_killed_twenty_times_ends_with_the_weights_of_an_unbroken_one() => KillAsync(
        Kills, TinyNetwork.LongRun(checkpointFolder: null));

    [Fact]
    public Task A_run_with_its_weights_on_a_device_survives_kills_too()
    {
        var options = TinyNetwork.LongRun(checkpointFolder: null);
        return KillAsync(4, options with { Execution = options.Execution with { AsDevice = true } }, "device");
    }

    private static async Task KillAsync(int kills, TrainingOptions options, params string[] more)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(5);
        string checkpoints = folder.File("run"), output = folder.File("weights");
        for (int kill = 0; kill < kills; kill++)
        {
            using var child = ChildProcess.Start(["train", checkpoints, output, $"{StepsBetweenKills}", .. more]);
            for (int steps = random.Next(1, StepsBetweenKills); steps > 0; steps--)
                await child.WaitForLineAsync("step");
            await Task.Delay(random.Next(6));
            child.Kill();
            Assert.False(File.Exists(output));
        }

        using (var last = ChildProcess.Start(["train", checkpoints, output, "1000", .. more]))
            await last.WaitForLineAsync("done");
        var unbroken = Trainer.Fit(
            TinyNetwork.Trainable(), TinyNetwork.Examples(60, seed: 1), TinyNetwork.Examples(40, seed: 2), options);

        Assert.Equal(TinyNetwork.Weights(unbroken.Model), MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output)).ToArray());
        Assert.Equal([Path.Combine(checkpoints, Checkpoint.FileName)], Directory.GetFiles(checkpoints));
    }
}
