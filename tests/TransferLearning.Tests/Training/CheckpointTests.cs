using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

public sealed class CheckpointTests
{
    private static readonly Dictionary<string, string> Fingerprint = new() { ["Seed"] = "1", ["Epochs"] = "2" };
    private static readonly Checkpoint Saved = new(
        new RunPosition { Epoch = 1, StepOfEpoch = 2, LossSum = 0.1, Correct = 3, Seen = 4, Seconds = 0.5, LearningRate = 1e-3 },
        new TrainingHistory([new EpochLog { Epoch = 1, Loss = 1.0 / 3, Accuracy = 0.5, LearningRate = 0.01, Seconds = 1 }]),
        Fingerprint);

    private static IReadOnlyList<Memory<float>> None() => [];

    [Theory]
    [InlineData(null, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Kept_weights_are_written_unless_they_are_those_of_the_start(int? epoch, bool written)
    {
        using var folder = new TemporaryFolder();
        var saved = Saved with { KeptEpoch = epoch };
        bool asked = false;
        saved.Save(folder.Path, [new float[] { 1 }], () => Kept([5, 6]));
        Assert.Equal(written, asked);

        asked = false;
        float[] kept = [7, 7];
        var loaded = Checkpoint.Load(folder.Path, Fingerprint, [new float[1]], () => Kept(kept))!;
        Assert.Equal(written, asked);
        Assert.Equal(epoch, loaded.KeptEpoch);
        Assert.Equal(written ? [5, 6] : [7, 7], kept);

        IReadOnlyList<Memory<float>> Kept(float[] floats)
        {
            asked = true;
            return [floats];
        }
    }

    [Fact]
    public void What_is_saved_is_read_back()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.File("new/folder"), [new float[] { 1, 2, float.Epsilon }, new float[] { 4 }], None);
        Memory<float>[] floats = [new float[3], new float[1]];
        var loaded = Checkpoint.Load(folder.File("new/folder"), Fingerprint, floats, None)!;

        Assert.Equal(Saved.Position, loaded.Position);
        Assert.Equal(Saved.History, loaded.History);
        Assert.Equal([1, 2, float.Epsilon], floats[0].ToArray());
        Assert.Equal([4], floats[1].ToArray());
    }

    [Fact]
    public void Where_there_is_none_nothing_is_read()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(Checkpoint.Load(folder.Path, Fingerprint, [], None));
        Assert.Null(Checkpoint.Load(folder.File("absent"), Fingerprint, [], None));
    }

    [Fact]
    public void Damage_at_any_place_is_noticed_and_leaves_the_weights_alone()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.Path, [new float[] { 1, 2, 3 }], None);
        string path = folder.File(Checkpoint.FileName);
        byte[] content = File.ReadAllBytes(path);
        for (int i = 0; i < content.Length; i += 7)
        {
            byte[] damaged = [.. content];
            damaged[i] ^= 0x40;
            File.WriteAllBytes(path, damaged);
            Refused();
            File.WriteAllBytes(path, content[..i]);
            Refused();
        }

        void Refused()
        {
            Memory<float>[] floats = [new float[] { 7, 7, 7 }];
            var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(folder.Path, Fingerprint, floats, None));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Equal([7, 7, 7], floats[0].ToArray());
        }
    }

    [Fact]
    public void Another_number_of_weights_is_refused()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.Path, [new float[] { 1, 2, 3 }], None);
        Assert.Throws<InvalidDataException>(() => Checkpoint.Load(folder.Path, Fingerprint, [new float[4]], None));
    }

    [Fact]
    public void Other_settings_are_named_with_both_values()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.Path, [], None);
        var other = new Dictionary<string, string> { ["Seed"] = "5", ["Epochs"] = "2" };
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(folder.Path, other, [], None)).Message;
        Assert.Contains("Seed ('1' there, '5' here)", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Epochs", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_removed_and_the_old_checkpoint_is_used()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.Path, [new float[] { 1 }], None);
        File.WriteAllText(folder.File($".{Checkpoint.FileName}.0123.tmp"), "half");
        Memory<float>[] floats = [new float[1]];

        Assert.NotNull(Checkpoint.Load(folder.Path, Fingerprint, floats, None));
        Assert.Equal([folder.File(Checkpoint.FileName)], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_failed_save_leaves_the_old_checkpoint_and_no_temporary_file()
    {
        using var folder = new TemporaryFolder();
        Saved.Save(folder.Path, [new float[] { 1 }], None);
        byte[] before = File.ReadAllBytes(folder.File(Checkpoint.FileName));

        Assert.ThrowsAny<Exception>(() => Saved.Save(folder.Path, [new float[] { 2 }, new UnreadableMemory().Memory], None));
        Assert.Equal(before, File.ReadAllBytes(folder.File(Checkpoint.FileName)));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private sealed class UnreadableMemory : System.Buffers.MemoryManager<float>
    {
        public override Span<float> GetSpan() => throw new IOException("The storage is gone.");

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        public override Memory<float> Memory => CreateMemory(1);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
