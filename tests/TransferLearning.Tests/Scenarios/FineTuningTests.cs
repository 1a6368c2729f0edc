using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Partial retraining from images to a file, with the embedded backbone and drawn images.</summary>
public sealed class FineTuningTests(DrawnExample example)
{
    private static readonly FineTuningOptions Options = new()
    {
        Freeze = FreezePoint.From("final.conv"),
        Epochs = 2,
        BatchSize = 12,
        Seed = 3,

        // The fitted head tells the drawn images apart already: the last epoch is looked at, not the best one.
        EarlyStopping = new EarlyStopping { RestoreBest = false },
    };

    [Fact]
    public async Task Learning_rates_are_tried_and_drawn()
    {
        var progress = new ListProgress();
        var scan = await TransferLearner.From(Backbones.TinyResNet).FineTuning(Options).FindLearningRateAsync(example.Dataset, progress);
        Assert.Equal([TransferStage.Featurize, TransferStage.FitHead, TransferStage.FindLearningRate], Stages(progress));
        Assert.True(scan.Trials.Count > 20);
        Assert.InRange(scan.Suggestion, 1e-7, 1);
        var svg = System.Xml.Linq.XDocument.Parse(scan.ToSvg()).Root!;
        string points = svg.Elements().Single(element => element.Name.LocalName == "polyline").Attribute("points")!.Value;
        Assert.Equal(scan.Trials.Count, points.Split(' ').Length);

        static IEnumerable<TransferStage> Stages(ListProgress progress) => progress.Values.Select(value => value.Stage).Distinct();
    }

    [Fact]
    public async Task The_last_layers_and_the_head_are_trained_and_the_frozen_ones_stay_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var progress = new ListProgress();
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).FineTuning(Options).FitAsync(example.Dataset, progress);
        classifier.Save(folder.File("model.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("model.onnx"));

        var training = loaded.Training!;
        Assert.Equal(
            (TransferScenario.FineTuning, "TinyResNet", 3, 2),
            (training.Scenario, training.Backbone, training.Seed, training.History!.Count));
        Assert.Equal((await loaded.EvaluateAsync(example.Dataset.Validation)).Report.Accuracy, training.ValidationAccuracy);
        Assert.InRange((await loaded.EvaluateAsync(example.Dataset.Test)).Report.Accuracy, 0.9, 1);
        Assert.Equal(
            classifier.Predict(example.Dataset.Test[0].Path).Probabilities, loaded.Predict(example.Dataset.Test[0].Path).Probabilities);

        var before = Backbones.TinyResNet.Local!();
        var after = loaded.ToOnnx();
        string frozen = Weight(before, "stage3.conv1");
        string trained = Weight(before, "final.conv");
        Assert.Equal(before.ReadInitializer(frozen), after.ReadInitializer(frozen));
        Assert.NotEqual(before.ReadInitializer(trained), after.ReadInitializer(trained));

        var stages = progress.Values.Select(value => value.Stage).ToList();
        Assert.Equal(stages.Order(), stages);
        Assert.Equal(2, progress.Values.Count(value => value.Epoch is not null));
        Assert.Equal((TransferStage.Train, progress.Values[^1].Total), (progress.Values[^1].Stage, progress.Values[^1].Completed));
    }

    [Fact]
    public async Task Cancelling_stops_the_training_between_two_steps()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(value =>
        {
            if (value.Stage == TransferStage.Train)
                cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => TransferLearner.From(
                Backbones.TinyResNet).FineTuning(Options with { Epochs = 50 }).FitAsync(example.Dataset, progress, cancellation.Token));
        Assert.Equal(TransferStage.Train, progress.Values[^1].Stage);
        Assert.InRange(progress.Values[^1].Completed, 0, 2);
    }

    [Fact]
    public async Task Random_forms_are_computed_once_each_and_kept_apart_in_the_cache()
    {
        using var folder = new TemporaryFolder();
        var options = Options with
        {
            Views = new AugmentedViews { Count = 2, Augmentation = new ImageAugmentation { HorizontalFlip = true } },
        };
        int images = example.Dataset.Train.Count, validation = example.Dataset.Validation.Count;
        var models = new List<float[]>();
        for (int run = 0; run < 2; run++)
        {
            var progress = new ListProgress();
            using var classifier = await TransferLearner.From(Backbones.TinyResNet).WithFeatureCache(new FeatureCache(folder.Path))
                .FineTuning(options).FitAsync(example.Dataset, progress);
            Assert.Equal(images, classifier.Training!.TrainingImages);
            Assert.Equal((3 * images) + validation, progress.Values.Last(value => value.Stage == TransferStage.Featurize).Total);
            models.Add(classifier.ToOnnx().ReadInitializer(Weight(classifier.ToOnnx(), "final.conv")).ToArray());
        }

        Assert.Equal(models[0], models[1]);
        using var plain = await TransferLearner.From(Backbones.TinyResNet).FineTuning(Options).FitAsync(example.Dataset);
        Assert.NotEqual(models[0], plain.ToOnnx().ReadInitializer(Weight(plain.ToOnnx(), "final.conv")).ToArray());
        Assert.Equal((3 * images) + validation, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_rectangle_is_refused_before_any_work_where_the_freeze_point_leaves_a_vector()
    {
        var progress = new ListProgress();
        var options = Options with { Freeze = FreezePoint.Fraction(1), CutMix = 0.5 };
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => TransferLearner.From(Backbones.TinyResNet).FineTuning(options).FitAsync(example.Dataset, progress));
        Assert.Contains("choose an earlier freeze point, or set CutMix to 0", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(progress.Values, value => value.Stage == TransferStage.Featurize);
    }

    [Fact]
    public async Task Options_that_are_out_of_range_are_listed_before_any_work()
    {
        var progress = new ListProgress();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => TransferLearner.From(Backbones.TinyResNet)
            .FineTuning(Options with { Epochs = 0, LearningRate = double.NaN }).FitAsync(example.Dataset, progress));
        Assert.Contains("Epochs", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate", error.Message, StringComparison.Ordinal);
        Assert.Empty(progress.Values);
    }

    private static string Weight(OnnxModel model, string layer) => model.Layers.Single(candidate => candidate.Name == layer).Weights[0];
}
