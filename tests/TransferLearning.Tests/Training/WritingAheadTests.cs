namespace TransferLearning.Tests.Training;

/// <summary>
/// While a device computes a step the next batch is written: into other memory, and the same as it would have been later.
/// </summary>
public sealed class WritingAheadTests
{
    private static readonly TrainingOptions Options = TinyNetwork.Options with { BatchSize = 8, Mixup = 0.4, Seed = 3 };

    [Fact]
    public void Batches_are_those_of_steps_one_after_the_other_wherever_a_run_goes_on()
    {
        var examples = TinyNetwork.Examples(30, seed: 1);
        using var device = new StepRunner(TinyNetwork.Trainable(), examples, Options with { Execution = DeviceStepTests.OnDevice });
        using var processor = new StepRunner(TinyNetwork.Trainable(), examples, Options);
        Assert.NotNull(device.Session.NextBatch);
        Assert.Null(processor.Session.NextBatch);
        (int Epoch, int[] Steps)[] course = [(0, [0, 1, 2, 3]), (1, [0, 1, 3]), (1, [0, 2, 2, 1]), (0, [3, 0]), (2, [0, 1])];
        foreach (var (epoch, steps) in course)
        {
            device.BeginEpoch(epoch);
            processor.BeginEpoch(epoch);
            foreach (int step in steps)
            {
                AssertSame(processor.Run(epoch, step, 0), device.Run(epoch, step, 0));
                Assert.Equal(processor.Session.Batch.Input.ToArray(), device.Session.Batch.Input.ToArray());
                Assert.Equal(processor.Session.Batch.Targets.ToArray(), device.Session.Batch.Targets.ToArray());
            }
        }
    }

    [Fact]
    public void Validation_between_steps_does_not_spoil_what_was_written()
    {
        var examples = TinyNetwork.Examples(24, seed: 1);
        using var device = new StepRunner(TinyNetwork.Trainable(), examples, Options with { Execution = DeviceStepTests.OnDevice });
        using var processor = new StepRunner(TinyNetwork.Trainable(), examples, Options);
        device.BeginEpoch(0);
        processor.BeginEpoch(0);
        device.Run(0, 0, 0);
        HeldOutScore.Of(device.Session, TinyNetwork.Examples(9, seed: 2));
        processor.Run(0, 0, 0);
        AssertSame(processor.Run(0, 1, 0), device.Run(0, 1, 0));
        Assert.Equal(processor.Session.Batch.Input.ToArray(), device.Session.Batch.Input.ToArray());
    }

    [Fact]
    public void What_goes_wrong_meanwhile_comes_as_what_it_is()
    {
        var whole = TinyNetwork.Examples(24, seed: 1);
        int reads = 0;
        var unreadable = new TrainingExamples(
            whole.Length, whole.Labels, image => Interlocked.Increment(ref reads) > 16 ? throw new IOException("gone") : whole[image]);
        var options = Options with { Execution = DeviceStepTests.OnDevice };
        using (var runner = new StepRunner(TinyNetwork.Trainable(), unreadable, options with { Mixup = 0 }))
        {
            // The first 8 were read to compare the device with the processor.
            runner.BeginEpoch(0);
            Assert.Equal("gone", Assert.Throws<IOException>(() => runner.Run(0, 0, 0)).Message);
        }

        using var cancelled = new StepRunner(TinyNetwork.Trainable(), whole, options);
        cancelled.BeginEpoch(0);
        cancelled.Session.Cancel();
        Assert.Throws<OperationCanceledException>(() => cancelled.Run(0, 0, 0));
    }

    /// <summary>The loss tells that the step has read the batch that was written.</summary>
    private static void AssertSame(StepOutcome expected, StepOutcome actual)
    {
        Assert.Equal(expected.Seen, actual.Seen);
        Assert.Equal(expected.Loss, actual.Loss, 1e-4f);
        Assert.Equal(expected.GradientNorm, actual.GradientNorm, 1e-4 * expected.GradientNorm);
    }
}
