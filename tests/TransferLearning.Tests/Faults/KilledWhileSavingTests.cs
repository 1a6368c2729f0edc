using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Row 17: a process that is killed while it saves leaves the old file or the new one.</summary>
public sealed class KilledWhileSavingTests(DrawnExample example)
{
    [Fact]
    public async Task Row_17_a_kill_while_saving_leaves_one_of_the_two_models_complete()
    {
        using var folder = new TemporaryFolder();
        string first = folder.File("first.onnx");
        string second = folder.File("second.onnx");
        string target = folder.File("target.onnx");
        using (var classifier = ImageClassifier.Load(await example.ModelAsync()))
        {
            classifier.Save(first);
            classifier.ToOnnx().WithMetadata([new("transferlearning.title", "the second")]).Save(second);
        }

        byte[] firstBytes = await File.ReadAllBytesAsync(first);
        byte[] secondBytes = await File.ReadAllBytesAsync(second);
        var random = new Random(17);
        for (int kill = 0; kill < 6; kill++)
        {
            using var process = ChildProcess.Start("save", first, second, target);
            await process.WaitForLineAsync("saving");
            await Task.Delay(random.Next(0, 120));
            process.Kill();

            byte[] left = await File.ReadAllBytesAsync(target);
            Assert.True(left.AsSpan().SequenceEqual(firstBytes) || left.AsSpan().SequenceEqual(secondBytes), $"after kill {kill} the " +
                $"file has {left.Length} bytes");
            using var loaded = ImageClassifier.Load(target);
            Assert.Equal(DrawnImages.Classes, loaded.Labels);
        }

        // The temporary file of a killed process is removed by a later save, once it is old enough.
        string abandoned = folder.File(".target.onnx.00000000000000000000000000000000.tmp");
        await File.WriteAllBytesAsync(abandoned, firstBytes[..1000]);
        foreach (string leftover in Directory.GetFiles(folder.Path, ".target.onnx.*.tmp"))
            File.SetLastWriteTimeUtc(leftover, DateTime.UtcNow.AddHours(-2));
        using (var classifier = ImageClassifier.Load(first))
            classifier.Save(target);
        Assert.Equal(
            ["first.onnx", "second.onnx", "target.onnx"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
