using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

public sealed class FineTunerTests
{
    private static readonly TrainingExamples Train = TinyNetwork.Examples(60, seed: 1, noise: 1);
    private static readonly TrainingExamples Validation = TinyNetwork.Examples(100, seed: 2, noise: 1);
    private static readonly FineTuningOptions Options = TinyNetwork.Options with { Epochs = 8, Freeze = FreezePoint.Fraction(0.34) };

    [Fact]
    public void The_plan_cuts_before_the_first_layer_that_trains()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        Assert.Equal("cut", plan.Cut);
        Assert.Equal("features", plan.Features);
        Assert.Equal("cut", plan.FrozenPart().Outputs.Single().Name);
        Assert.Equal(["first.weight", "first.bias"], plan.FrozenPart().Proto.Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Fine_tuning_beats_the_head_alone_and_leaves_the_frozen_part()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        var progress = new ListProgress();
        var headOnly = FineTuner.WithHead(plan, Train, Validation, TinyNetwork.Classes, Options, null, CancellationToken.None);
        var result = FineTuner.Fit(plan, Train, Validation, TinyNetwork.Classes, Options, progress);

        double before = Accuracy(headOnly), after = Accuracy(result.Model);
        Assert.InRange(before, 0.3, 0.95);
        Assert.True(after > before + 0.03, $"{after} after, {before} before");
        Assert.Equal(after, result.History[^1].ValidationAccuracy);
        Assert.Equal(plan.Backbone.ReadInitializer("first.weight"), result.Model.ReadInitializer("first.weight"));
        Assert.NotEqual(plan.Backbone.ReadInitializer("third.weight"), result.Model.ReadInitializer("third.weight"));
        Assert.Equal(plan.Backbone.Inputs, result.Model.Inputs, (a, b) => a.Name == b.Name);
        Assert.Equal([TransferStage.FitHead, TransferStage.Train], progress.Values.Select(value => value.Stage).Distinct());
    }

    [Fact]
    public void The_first_step_starts_from_the_fitted_head()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        var first = FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, Options with { LearningRate = 1e-12 }).History[0];
        Assert.InRange(first.Accuracy, 0.5, 1);
    }

    [Fact]
    public void Rates_fall_with_the_distance_from_the_head()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), FreezePoint.None);
        var network = plan.Trainable(TinyNetwork.Trainable().Model, Options with { BackboneRate = 0.5, LayerDecay = 0.1 });
        var rates = network.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => (Math.Round(parameter.RateFactor, 6), parameter.Decays));

        Assert.True(plan.CutsAtInput);
        Assert.Equal((1, true), rates["head/weight"]);
        Assert.Equal((1, false), rates["head/bias"]);
        Assert.Equal((0.5, true), rates["third.weight"]);
        Assert.Equal((0.05, true), rates["second.weight"]);
        Assert.Equal((0.005, false), rates["first.bias"]);
        Assert.Empty(plan.FrozenPart().Proto.Graph.Initializer);
    }

    [Fact]
    public void Where_all_is_frozen_only_the_head_trains()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), FreezePoint.All);
        var network = plan.Trainable(TinyNetwork.Trainable().Model, Options);
        Assert.Equal("features", plan.Cut);
        Assert.Equal(["head/bias", "head/weight"], network.Parameters.Select(parameter => parameter.Name).Order());
    }

    [Fact]
    public void Training_from_scratch_is_the_same_loop_on_images()
    {
        var (images, labels) = TinyNetwork.Images(80, 1);
        var backbone = TinyNetwork.Backbone();
        var options = new ScratchOptions { Epochs = 15, BatchSize = 8, LearningRate = 0.01, Execution = Options.Execution };
        var result = FineTuner.FitFromScratch(backbone, new TrainingExamples(images, labels), null, TinyNetwork.Classes, options);
        Assert.InRange(result.History[^1].Accuracy, 0.95, 1);
        Assert.NotEqual(backbone.ReadInitializer("first.weight"), result.Model.ReadInitializer("first.weight"));
    }

    [Fact]
    public void Options_that_are_not_valid_are_refused_before_anything_runs()
    {
        var plan = new FineTuningPlan(TinyNetwork.Backbone(), Options.Freeze);
        Assert.Throws<ArgumentException>(() => FineTuner.Fit(plan, Train, null, TinyNetwork.Classes, Options with { Epochs = 0 }));
    }

    [Fact]
    public void Random_weights_have_the_variance_of_He()
    {
        var model = HeInitializer.Randomize(TinyNetwork.Backbone(), 3);
        float[] kernel = model.ReadInitializer("third.weight");
        Assert.InRange(kernel.Average(weight => weight * weight), 0.8 * 2 / 72, 1.2 * 2 / 72);
        Assert.All(model.ReadInitializer("third.bias"), bias => Assert.Equal(0, bias));
        Assert.Equal(kernel, HeInitializer.Randomize(TinyNetwork.Backbone(), 3).ReadInitializer("third.weight"));
        Assert.NotEqual(kernel, HeInitializer.Randomize(TinyNetwork.Backbone(), 4).ReadInitializer("third.weight"));
    }

    [Fact]
    public void The_rate_finder_tries_rising_rates_until_the_loss_explodes()
    {
        var network = TinyNetwork.Trainable();
        var progress = new ListProgress();
        var scan = LearningRateFinder.Run(network, Train, Options, progress);
        Assert.All(progress.Values, value => Assert.Equal((TransferStage.FindLearningRate, 100), (value.Stage, value.Total)));
        Assert.InRange(progress.Values.Count, scan.Trials.Count, scan.Trials.Count + 1);
        double[] rates = [.. scan.Trials.Select(trial => trial.LearningRate)];

        Assert.Equal(rates.Order(), rates);
        Assert.InRange(rates.Length, 30, 100);
        Assert.InRange(scan.Suggestion, 1e-3, 1);
        Assert.True(scan.Trials.Min(trial => trial.Loss) < scan.Trials[0].Loss);

        // A run at the suggested rate learns.
        var history = Trainer.Fit(
            network, Train, null, Options with { LearningRate = scan.Suggestion, Schedule = LearningRateSchedule.Constant }).History;
        Assert.True(history[^1].Loss < 0.7 * history[0].Loss);
    }

    private static double Accuracy(OnnxModel model)
    {
        using var runner = new TrainablePartRunner(model, "cut", model.Outputs[0].Name, 20, Options.Execution);
        var logits = runner.Run(Validation, CancellationToken.None);
        int correct = Enumerable.Range(0, Validation.Count)
            .Count(i => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits[i]) == Validation.Labels[i]);
        return (double)correct / Validation.Count;
    }
}
