using System.Diagnostics;
using System.Globalization;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Ctrl+C ends the tool soon, with the exit code that shells expect, and leaves nothing behind.</summary>
public sealed class InterruptTests(DrawnExample example)
{
    private const int ImagesOfAClass = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Interrupted_training_writes_no_model_and_leaves_no_temporary_files()
    {
        CtrlC.SkipWhereIgnored();
        using var folder = new TemporaryFolder();
        WriteSlowImages(folder.File("images"));
        Directory.CreateDirectory(folder.File("temp"));
        Directory.CreateDirectory(folder.File("out"));
        Directory.CreateDirectory(folder.File("cache"));
        using var process = CliRun.Start(
            new Dictionary<string, string?> { ["TMPDIR"] = folder.File("temp") },
            "train", "--backbone", "TinyResNet", folder.File("images"), "-o", folder.File("out/model.onnx"), "--feature-cache",
                folder.File("cache"));

        // The first kept features say that the work is under way.
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Kept(folder).Length > 0, Patience));
        Assert.False(process.HasExited);
        Interrupt(process);
        var clock = Stopwatch.StartNew();
        var run = await CliRun.EndAsync(process);

        Assert.Equal("error: Cancelled.", run.RefusedLine(exitCode: 130));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.InRange(Kept(folder).Length, 1, ImagesOfAClass * 3 / 2);
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("out")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("temp")));
        Assert.DoesNotContain(
            Directory.GetFiles(folder.File("cache"), "*", SearchOption.AllDirectories),
            file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupted_fine_tuning_goes_on_where_it_was()
    {
        CtrlC.SkipWhereIgnored();
        using var folder = new TemporaryFolder();
        string[] command =
        [
            "train", "--backbone", "TinyResNet", example.Images, "-o", folder.File("model.onnx"), "--scenario", "fine-tuning",
            "--unfreeze-from", "final.conv",
            "--batch-size", "4",
        ];
        using var process = CliRun.Start(new Dictionary<string, string?>(), [.. command, "--epochs", "400"]);
        string? firstEpoch;
        using var patience = new CancellationTokenSource(Patience);
        do
            firstEpoch = await process.StandardError.ReadLineAsync(patience.Token);
        while (firstEpoch?.StartsWith("progress: ", StringComparison.Ordinal) == true);
        Assert.StartsWith("Epoch 1:", firstEpoch, StringComparison.Ordinal);
        Interrupt(process);
        var run = await CliRun.EndAsync(process);
        Assert.Equal(130, run.ExitCode);
        Assert.EndsWith(
            "error: Cancelled. Run the same command with --resume to continue from the last checkpoint.\n",
            run.Errors,
            StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("model.onnx")));
        Assert.NotEmpty(Directory.GetFiles(folder.File("model.onnx.checkpoint")));

        // The options are part of a run: what is not named stays as it was, and not all may change.
        string refused = (await CliRun.RunAsync([.. command, "--resume"])).RefusedLine();
        Assert.Contains("Epochs ('400' there", refused, StringComparison.Ordinal);
        Assert.Contains("--epochs", refused, StringComparison.Ordinal);
        refused = (await CliRun.RunAsync([.. command, "--epochs", "400", "--optimizer", "sgd", "--resume"])).RefusedLine();
        Assert.Contains("Optimizer ('adamw", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Epochs", refused, StringComparison.Ordinal);

        // Finished epochs are not thrown away unasked.
        string kept = (await CliRun.RunAsync([.. command, "--epochs", "1"])).RefusedLine();
        Assert.Contains("--resume", kept, StringComparison.Ordinal);
        Assert.Contains("--restart", kept, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(folder.File("model.onnx.checkpoint")));
        Assert.Equal(0, (await CliRun.RunAsync([.. command, "--epochs", "1", "--restart", "--keep-checkpoint"])).ExitCode);

        // A finished training gets more epochs, at another rate; without its checkpoint it is not begun anew unasked.
        string[] longer = [.. command, "--epochs", "2", "--learning-rate", "0.0005", "--resume"];
        var added = await CliRun.RunAsync(longer);
        Assert.Equal(0, added.ExitCode);
        Assert.Contains("epochs '2' instead of '1', learning rate '0.0005' instead of '0.001'", added.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Epoch 1:", added.Errors, StringComparison.Ordinal);
        Assert.Contains("Epoch 2:", added.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("model.onnx.checkpoint")));
        Assert.Contains("--overwrite", (await CliRun.RunAsync(longer)).RefusedLine(), StringComparison.Ordinal);
    }

    private static string[] Kept(TemporaryFolder folder) =>
        [
            .. Directory.GetFiles(folder.File("cache"), "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal)),
        ];

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>
    /// PNGs have no smaller scale to be decoded at, so large ones take their time; a few bytes at the end make each its own file.
    /// </summary>
    private static void WriteSlowImages(string folder)
    {
        foreach (var (name, colour) in new[] { ("blue", SKColors.Blue), ("red", SKColors.Red) })
        {
            using var bitmap = new SKBitmap(new SKImageInfo(2600, 2600, SKColorType.Rgba8888, SKAlphaType.Opaque));
            bitmap.Erase(colour);
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            byte[] image = data.ToArray();
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (int i = 0; i < ImagesOfAClass; i++)
                File.WriteAllBytes(
                    Path.Combine(folder, name, string.Create(CultureInfo.InvariantCulture, $"{i}.png")), [.. image, (byte)i]);
        }
    }
}
