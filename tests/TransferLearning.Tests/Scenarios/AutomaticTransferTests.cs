using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>The race between frozen features and fine-tunings.</summary>
public sealed class AutomaticTransferTests(DrawnExample example)
{
    private static readonly FineTuningOptions Short = new() { Epochs = 4, BatchSize = 16, LearningRate = 0.002, BackboneRate = 1 };

    [Fact]
    public async Task The_best_candidate_is_the_model_and_the_race_is_in_its_file()
    {
        var token = TestContext.Current.CancellationToken;
        var progress = new ListProgress();
        var dataset = Signs(validation: 100);
        var auto = TransferLearner.From(Backbones.TinyResNet)
            .Auto(new TransferAdvisorOptions { MaximumImages = 100, Budget = TimeSpan.FromMinutes(10) }, fineTuning: Short);
        using var folder = new TemporaryFolder();
        using (var trained = await auto.FitAsync(dataset, progress, token))
            trained.Save(folder.File("auto.onnx"));
        using var classifier = ImageClassifier.Load(folder.File("auto.onnx"));

        var training = classifier.Training!;
        Assert.Equal((TransferScenario.FeatureExtraction, 1), (training.Race[0].Scenario, training.Race[0].Freeze));
        Assert.InRange(training.Race.Count, 2, 4);
        var start = training.Race[0].Best!;
        var winner = Assert.Single(training.Race, entry => entry.IsWinner);
        Assert.Equal(winner.Scenario, training.Scenario);
        Assert.Equal(winner.Best!.Accuracy, (await classifier.EvaluateAsync(dataset.Validation, cancellationToken: token)).Report.Accuracy);
        Assert.Equal(
            training.Race.Where(entry => entry.Best?.Accuracy >= start.Accuracy).Min(entry => entry.Best!.Loss), winner.Best.Loss);
        bool isTuned = winner.Scenario == TransferScenario.FineTuning;
        Assert.StartsWith(isTuned ? "Fine-tuning with " : "Frozen features are kept", training.Advice, StringComparison.Ordinal);
        Assert.Equal(isTuned, training.Start is not null);

        // All were measured on the same images, from the same start.
        using var frozen = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(dataset, cancellationToken: token);
        Assert.Equal(frozen.Training!.ValidationAccuracy!.Value, start.Accuracy, 0.011);
        Assert.Contains(progress.Values, value => value.Note == "600 s for all candidates together.");
    }

    [Fact]
    public async Task Where_the_time_is_over_at_once_frozen_features_are_the_model()
    {
        var auto = TransferLearner.From(Backbones.TinyResNet)
            .Auto(new TransferAdvisorOptions { MaximumImages = 50, Budget = TimeSpan.FromTicks(1) }, fineTuning: Short);
        using var classifier = await auto.FitAsync(Signs(validation: 30), cancellationToken: TestContext.Current.CancellationToken);
        var training = classifier.Training!;
        Assert.Equal(TransferScenario.FeatureExtraction, training.Scenario);
        Assert.StartsWith("Frozen features are kept, since no fine-tuning was better than ", training.Advice, StringComparison.Ordinal);
        Assert.EndsWith(": it takes a lower loss without a lower accuracy.", training.Advice, StringComparison.Ordinal);
        Assert.True(training.Race[0].IsWinner);
        Assert.Contains("the time was over", training.Race[1].Note!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_images_are_not_raced_on()
    {
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).Auto(fineTuning: Short)
            .FitAsync(example.Dataset, cancellationToken: TestContext.Current.CancellationToken);
        var training = classifier.Training!;
        Assert.Equal(TransferScenario.FeatureExtraction, training.Scenario);
        Assert.Single(training.Race);
        Assert.Matches("^Frozen features are kept, since (there is nothing to gain|[0-9]+ images are too few)", training.Advice!);
        Assert.Contains("12 for each class", training.Notes[0], StringComparison.Ordinal);
        Assert.Empty((await example.ClassifierAsync()).Training!.Race);
    }

    [Theory]
    [InlineData(1, new[] { 0.75, 0.5, 0.875 })]
    [InlineData(0.5, new[] { 0.75, 0.5, 0.875 })]
    [InlineData(0, new[] { 0.75, 0, 0.875 })]
    public void The_end_of_the_backbone_is_tried_before_the_guess(double guess, double[] order) => Assert.Equal(order, RaceOrder.Of(guess));

    [Fact]
    public void A_budget_is_above_zero() => Assert.Throws<ArgumentException>(
        () => TransferLearner.From(Backbones.TinyResNet).Auto(new TransferAdvisorOptions { Budget = TimeSpan.Zero }));

    private static ImageDataset Signs(int validation)
    {
        var all = ImageDataset.FromFolder(TestData.Require("datasets/sign_language"));
        return new ImageDataset(
            "signs",
            new LabeledImageSet("train", all.Classes, all.Train.Where((_, i) => i % 10 == 0)),
            new LabeledImageSet("validation", all.Classes, all.Validation.Where((_, i) => i % (all.Validation.Count / validation) == 0)));
    }
}
