using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

/// <summary>Fine-tuning never ends below the head that it starts from.</summary>
public sealed class SafetyTests
{
    private static readonly TrainingExamples Train = TinyNetwork.Examples(160, seed: 1, noise: 0.7f);
    private static readonly TrainingExamples Validation = TinyNetwork.Examples(200, seed: 2, noise: 0.7f);
    private static readonly FineTuningOptions Options = TinyNetwork.Options with { Epochs = 6, Freeze = FreezePoint.Fraction(0.34) };

    /// <summary>A rate at which the network learns; 100 times it destroys the network.</summary>
    private const double Rate = 0.0167;

    [Fact]
    public void A_rate_that_is_a_hundred_times_too_high_is_caught_and_ends_no_worse_than_the_head()
    {
        var progress = new ListProgress();
        var result = Fit(Options with { LearningRate = 100 * Rate, BackboneRate = 1, AdaptiveClipping = null }, progress);

        Assert.InRange(result.Start!.Accuracy, 0.6, 1);
        Assert.True(Accuracy(result) >= result.Start.Accuracy, $"{Accuracy(result)} after a start of {result.Start}");
        Assert.Equal(3, result.Notes.Count);
        Assert.All(result.Notes.Take(2), note => Assert.Contains("started again with a learning rate of ", note, StringComparison.Ordinal));
        Assert.Contains("0.557", result.Notes[0], StringComparison.Ordinal);
        Assert.Contains("0.186", result.Notes[1], StringComparison.Ordinal);
        Assert.Contains("the start is kept", result.Notes[2], StringComparison.Ordinal);
        Assert.Equal(result.Notes, progress.Values.Where(value => value.Note is not null).Select(value => value.Note!));

        // Each of the three runs was stopped in its first epoch.
        Assert.Equal((0, 0), (result.BestEpoch!.Value, result.History.Count));
        Assert.InRange(progress.Values.Count(value => value.Epoch is null && value.Note is null), 3, 3 * 20);
    }

    [Fact]
    public void A_rate_that_is_somewhat_too_high_starts_again_and_learns()
    {
        var result = Fit(Options with { LearningRate = 3 * Rate, BackboneRate = 1 });
        Assert.Contains("started again", Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.Equal(Rate, result.Used.LearningRate!.Value, 1e-9);
        Assert.True(Accuracy(result) > result.Start!.Accuracy + 0.2, $"{Accuracy(result)}");
    }

    [Fact]
    public void The_best_epoch_is_the_model_without_early_stopping_too()
    {
        // After the third epoch the rate rises so far that the loss does too, but no class is lost.
        var options = Options with { Epochs = 6, Schedule = new Rise(60, 20), EarlyStopping = null, LearningRate = 0.02 };
        var result = Fit(options);
        int best = result.BestEpoch!.Value;

        Assert.InRange(best, 1, 5);
        Assert.Equal(6, result.History.Count);
        var untilBest = Fit(options with { Epochs = best });
        Assert.Equal(TinyNetwork.Weights(untilBest.Model), TinyNetwork.Weights(result.Model));
        Assert.Equal(result.History[best - 1].ValidationAccuracy, Accuracy(result));
        Assert.All(result.History, log => Assert.True(
            log.CalibratedValidationLoss >= result.History[best - 1].CalibratedValidationLoss ||
            log.ValidationAccuracy < result.Start!.Accuracy));
    }

    [Fact]
    public void The_start_is_the_model_where_no_epoch_is_better()
    {
        // Noise for labels: there is nothing to learn from them.
        var random = new SeededRandom(3, RandomPurpose.Order);
        int[] order = [.. Enumerable.Range(0, Train.Count)];
        random.Shuffle(order);
        var noise = new TrainingExamples(
            Rows(Train), [.. order.Select(image => Train.Labels[image])]);
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        var head = FineTuner.WithHead(plan, Train, null, TinyNetwork.Classes, Options, null, CancellationToken.None);
        var result = Trainer.Fit(plan.Trainable(head, Options), noise, Validation, Options);

        Assert.Equal(0, result.BestEpoch);
        Assert.Equal(TinyNetwork.Weights(head), TinyNetwork.Weights(result.Model));
        Assert.Equal(result.Start!.Accuracy, Accuracy(result));
    }

    [Fact]
    public void Without_validation_images_a_tenth_of_the_training_images_chooses_the_epoch_and_is_given_back()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        var result = FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, Options);
        Assert.Equal(16, result.HeldOut);
        Assert.NotNull(result.Start);
        var chosen = result.History.Where(log => log.ValidationLoss is not null).ToArray();
        Assert.Equal(Options.Epochs, chosen.Length);
        Assert.InRange(result.BestEpoch!.Value, 1, chosen.Length);
        var last = Assert.Single(result.History, log => log.ValidationLoss is null);
        Assert.Equal((chosen.Length + 1, result.History[^1]), (last.Epoch, last));

        var held = HeldOutPart.Split(Train, TinyNetwork.Classes, Options)!;
        Assert.Equal(Train.Count, held.Train.Count + held.Held.Count);
        Assert.Equal([4, 4, 4, 4], held.Held.Labels.CountBy(label => label).Select(group => group.Value));
        Assert.Null(HeldOutPart.Split(Train, TinyNetwork.Classes, Options with { HoldOut = 0 }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_interrupted_run_with_restarts_or_held_out_images_goes_on_to_the_weights_of_an_unbroken_one(bool validates)
    {
        using var folder = new TemporaryFolder();
        var options = Options with { LearningRate = validates ? 3 * Rate : Rate, BackboneRate = 1, CheckpointEverySteps = 1 };
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), options.Freeze);
        var unbroken = Fit(options, null, CancellationToken.None);
        Assert.Equal((validates ? 1 : 0, validates ? 0 : 16), (unbroken.Notes.Count, unbroken.HeldOut));

        TrainingResult? resumed = null;
        for (int interruptions = 0; resumed is null; interruptions++)
        {
            Assert.InRange(interruptions, 0, 20);
            using var source = new CancellationTokenSource();
            int steps = 0;
            var canceller = new ListProgress(value =>
            {
                if (value.Stage == TransferStage.Train && ++steps == 13)
                    source.Cancel();
            });
            try
            {
                resumed = Fit(options with { CheckpointFolder = folder.File("run") }, canceller, source.Token);
            }
            catch (OperationCanceledException)
            {
                // The next turn goes on from the checkpoint.
            }
        }

        Assert.Equal(TinyNetwork.Weights(unbroken.Model), TinyNetwork.Weights(resumed.Model));
        Assert.Equal(unbroken.Notes, resumed.Notes);
        Assert.Equal(unbroken.History.Select(log => log with { Seconds = 0 }), resumed.History.Select(log => log with { Seconds = 0 }));

        TrainingResult Fit(FineTuningOptions settings, IProgress<TransferProgress>? progress, CancellationToken token) => FineTuner.Fit(
            plan, Train, validates ? Validation : null, TinyNetwork.Classes, settings, progress, token);
    }

    [Fact]
    public void A_cancelled_run_may_end_with_its_best_epoch()
    {
        using var source = new CancellationTokenSource();
        var canceller = new ListProgress(value =>
        {
            if (value.Epoch?.Epoch == 3)
                source.Cancel();
        });
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        var options = Options with { LearningRate = Rate, KeepBestWhenCancelled = true };
        var result = FineTuner.Fit(plan, Train, Validation, TinyNetwork.Classes, options, canceller, source.Token);
        Assert.Equal(3, result.History.Count);
        Assert.Contains("Cancelled after 3 of 6 epochs", Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.Equal(result.History[result.BestEpoch!.Value - 1].ValidationAccuracy, Accuracy(result));
    }

    private static TrainingResult Fit(FineTuningOptions options, IProgress<TransferProgress>? progress = null) => FineTuner.Fit(
        new FineTuningPlan(TinyNetwork.Backbone(), options.Freeze), Train, Validation, TinyNetwork.Classes, options, progress);

    private static double Accuracy(TrainingResult result)
    {
        using var runner = new TrainablePartRunner(result.Model, "cut", result.Model.Outputs[0].Name, 20, Options.Execution);
        return FrozenFeatures.Accuracy(runner.Run(Validation, CancellationToken.None), [.. Validation.Labels]);
    }

    private static FeatureMatrix Rows(TrainingExamples examples) =>
        FeatureMatrix.FromRows([.. Enumerable.Range(0, examples.Count).Select(image => examples[image].ToArray())]);

    /// <summary>A rate that becomes many times higher from a step on.</summary>
    private sealed record Rise(double At, double Times) : LearningRateSchedule
    {
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs) => stepIndex < At ? 1 : Times;
    }
}
