using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

/// <summary>A run goes on with other options than it began with, where its state allows that.</summary>
public sealed class ResumeChangesTests
{
    private static readonly TrainingExamples Train = TinyNetwork.Examples(60, seed: 1);
    private static readonly TrainingExamples Validation = TinyNetwork.Examples(40, seed: 2);

    private static readonly FineTuningOptions Options = TinyNetwork.Options with
    {
        Epochs = 2,
        LearningRate = 0.003,
        Optimizer = new AdamOptions(),
        Schedule = LearningRateSchedule.Constant,
        EarlyStopping = new EarlyStopping { Patience = 9 },
        Mixup = 0.3,
        ResumeChanges = ResumeChanges.All,
    };

    [Fact]
    public void Two_epochs_and_two_more_are_four()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder);
        var longer = Fit(Options with { Epochs = 4 }, folder);
        var unbroken = Fit(Options with { Epochs = 4 });

        Assert.Equal(TinyNetwork.Weights(unbroken.Model), TinyNetwork.Weights(longer.Model));
        Assert.Equal(unbroken.History.Select(WithoutTime), longer.History.Select(WithoutTime));
        Assert.Equal("Resumed after epoch 2 with epochs '4' instead of '2'.", Assert.Single(longer.Notes));
        Assert.Equal(longer.Notes, Fit(Options with { Epochs = 4 }, folder).Notes);
    }

    [Fact]
    public void A_schedule_goes_on_as_if_it_had_had_the_new_length()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Schedule = LearningRateSchedule.Cosine() };
        var two = Fit(options, folder);
        var longer = Fit(options with { Epochs = 4 }, folder);

        Assert.Equal(two.History.Select(WithoutTime), longer.History.Take(2).Select(WithoutTime));
        Assert.Equal(
            Fit(options with { Epochs = 4 }).History.Skip(2).Select(epoch => epoch.LearningRate),
            longer.History.Skip(2).Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Another_rate_and_schedule_are_used_from_then_on()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder);
        var slower = Fit(
            Options with { Epochs = 5, LearningRate = 0.001, Schedule = LearningRateSchedule.Step(4) }, folder);

        Assert.Equal([0.003, 0.003, 0.001, 0.001, 0.0001], slower.History.Select(epoch => Math.Round(epoch.LearningRate, 9)));
        Assert.Contains("learning rate '0.001' instead of '0.003'", Assert.Single(slower.Notes), StringComparison.Ordinal);
        Assert.Equal(0.001, slower.Used.LearningRate);
    }

    [Fact]
    public void A_run_that_stopped_early_goes_on_with_more_patience()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Epochs = 5, EarlyStopping = new EarlyStopping { Patience = 1, MinimumDelta = 9 } };
        int stopped = Fit(options, folder).History.Count;
        Assert.InRange(stopped, 1, 4);

        var patient = Fit(options with { EarlyStopping = new EarlyStopping { Patience = 9, MinimumDelta = 9 } }, folder);
        Assert.Equal(5, patient.History.Count);
        Assert.Contains("early stopping", Assert.Single(patient.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_in_the_middle_of_an_epoch_changes_there()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var canceller = new ListProgress(value =>
        {
            if (value.Completed == 11)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => Fit(Options, folder, canceller, source.Token));

        Refused(() => Fit(Options with { Epochs = 1 }, folder), "2 epochs have begun already, so that Epochs cannot be 1");
        var slower = Fit(Options with { LearningRate = 0.001 }, folder);
        Assert.StartsWith("Resumed in epoch 2 with learning rate", Assert.Single(slower.Notes), StringComparison.Ordinal);
        Assert.Equal([0.003, 0.001], slower.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void What_is_not_allowed_or_cannot_change_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder);
        string message = Refused(
            () => Fit(Options with { Epochs = 4, LearningRate = 0.001, ResumeChanges = ResumeChanges.Epochs }, folder),
            "LearningRate ('0.003' there, '0.001' here)");
        Assert.DoesNotContain("Epochs (", message, StringComparison.Ordinal);
        Assert.Contains("TrainingOptions.ResumeChanges", message, StringComparison.Ordinal);
        message = Refused(() => Fit(Options with { Epochs = 4, Seed = 3 }, folder), "Seed ('0' there, '3' here)");
        Assert.DoesNotContain("ResumeChanges", message, StringComparison.Ordinal);
        Refused(() => Fit(Options with { Epochs = 1 }, folder), "2 epochs have begun already");
        Assert.Equal(2, Fit(Options, folder).History.Count);
    }

    [Fact]
    public void The_weights_of_another_epoch_are_not_taken_for_those_of_the_best()
    {
        using var folder = new TemporaryFolder();
        var last = new EarlyStopping { Patience = 9, RestoreBest = false };
        var options = Options with { EarlyStopping = last, LearningRate = 0.05, Optimizer = new SgdOptions() };
        var three = Fit(options with { Epochs = 3, LearningRate = 1e-9 }, folder);
        Assert.Null(three.BestEpoch);

        // The last of the three is not the best by so large a margin, and the first is not kept.
        var best = new EarlyStopping { Patience = 9, Metric = TrainingMetric.Loss, MinimumDelta = 9 };
        Refused(() => Fit(options with { Epochs = 3, EarlyStopping = best, LearningRate = 1e-9 }, folder), "the weights of epoch 1");
    }

    [Fact]
    public void Without_validation_images_more_epochs_are_followed_by_a_new_last_one()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { CheckpointFolder = folder.File("run"), Freeze = FreezePoint.Fraction(0.34), LearningRate = 0.01 };
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), options.Freeze);
        var two = FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, options);
        var four = FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, options with { Epochs = 4 });
        var unbroken = FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, options with { Epochs = 4, CheckpointFolder = null });

        Assert.Equal(3, two.History.Count);
        Assert.Equal(unbroken.History.Select(WithoutTime), four.History.Select(WithoutTime));
        Assert.Equal(5, four.History.Count);
    }

    private static string Refused(Action run, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(run).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        return message;
    }

    private static TrainingResult Fit(
        TrainingOptions options,
        TemporaryFolder? folder = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) => Trainer.Fit(
            TinyNetwork.Trainable(),
            Train,
            Validation,
            options with { CheckpointFolder = folder?.File("run") },
            progress,
            cancellationToken);

    private static EpochLog WithoutTime(EpochLog epoch) => epoch with { Seconds = 0 };
}
