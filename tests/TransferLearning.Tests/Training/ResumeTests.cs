using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

public sealed class ResumeTests
{
    private const int StepsPerEpoch = 8;

    private static readonly TrainingExamples Train = TinyNetwork.Examples(60, seed: 1);
    private static readonly TrainingExamples Validation = TinyNetwork.Examples(40, seed: 2);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 8)]
    [InlineData(1, 3)]
    [InlineData(2, 7)]
    public void A_cancelled_run_goes_on_to_the_weights_of_an_unbroken_one(int epoch, int step)
    {
        using var folder = new TemporaryFolder();
        var options = Options(
            folder) with { EarlyStopping = new EarlyStopping { Patience = 9 }, Optimizer = new AdamOptions(), LearningRate = 0.003 };
        using var source = new CancellationTokenSource();
        var canceller = new ListProgress(value =>
        {
            if (value.Completed == (epoch * StepsPerEpoch) + step && value.Epoch is null)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(
            () => Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options, canceller, source.Token));
        var resumed = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options);
        var unbroken = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options with { CheckpointFolder = null });

        Assert.Equal(TinyNetwork.Weights(unbroken.Model), TinyNetwork.Weights(resumed.Model));
        Assert.Equal(unbroken.History.Select(WithoutTime), resumed.History.Select(WithoutTime));
    }

    [Fact]
    public void Cancelling_in_the_middle_of_a_step_leaves_the_weights_of_the_step_before()
    {
        using var runner = new StepRunner(TinyNetwork.Trainable(), Train, TinyNetwork.Options);
        runner.BeginEpoch(0);
        float[] before = runner.Parameters.Weights.ToArray();
        runner.Session.Cancel();

        Assert.Throws<OperationCanceledException>(() => runner.Run(0, 0, 0.1));
        Assert.Equal(before, runner.Parameters.Weights.ToArray());
    }

    [Fact]
    public void A_token_that_is_cancelled_beforehand_stops_at_once()
    {
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Fit(TinyNetwork.Trainable(), Train, null, TinyNetwork.Options, cancellationToken: cancelled));
    }

    [Fact]
    public void A_finished_run_is_not_run_again()
    {
        using var folder = new TemporaryFolder();
        var first = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, Options(folder));
        var steps = new ListProgress();
        var second = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, Options(folder), steps);

        Assert.Empty(steps.Values);
        Assert.Equal(first.History, second.History);
        Assert.Equal(TinyNetwork.Weights(first.Model), TinyNetwork.Weights(second.Model));
    }

    [Fact]
    public void Other_options_data_or_weights_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var options = Options(folder) with { Epochs = 1 };
        Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options);

        Refused(
            () => Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options with { LearningRate = 0.5, Seed = 3 }),
            "LearningRate",
            "Seed");
        Refused(() => Trainer.Fit(TinyNetwork.Trainable(), Validation, Validation, options), "Training images");
        Refused(() => Trainer.Fit(TinyNetwork.Trainable(seed: 7), Train, Validation, options), "Initial weights");

        void Refused(Action run, params string[] names)
        {
            string message = Assert.Throws<InvalidDataException>(run).Message;
            Assert.Contains(folder.Path, message, StringComparison.Ordinal);
            Assert.Contains("Delete the file", message, StringComparison.Ordinal);
            Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }
    }

    private static TrainingOptions Options(TemporaryFolder folder) =>
        TinyNetwork.Options with { CheckpointFolder = folder.File("run"), Mixup = 0.3, CutMix = 0.7 };

    private static EpochLog WithoutTime(EpochLog epoch) => epoch with { Seconds = 0 };
}
