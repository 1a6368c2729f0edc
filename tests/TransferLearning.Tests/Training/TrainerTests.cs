using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingExamples Train = TinyNetwork.Examples(60, seed: 1);
    private static readonly TrainingExamples Validation = TinyNetwork.Examples(40, seed: 2);

    [Fact]
    public void A_network_learns_and_the_history_tells_how()
    {
        var result = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, TinyNetwork.Options with { Epochs = 12 });

        Assert.Equal(Enumerable.Range(1, 12), result.History.Select(epoch => epoch.Epoch));
        Assert.InRange(result.History[0].Loss, 0.9, 3);
        Assert.InRange(result.History[^1].Loss, 0, 0.2);
        Assert.InRange(result.History[^1].ValidationAccuracy!.Value, 0.95, 1);
        Assert.All(result.History, epoch => Assert.InRange(epoch.Seconds, 0, 60));
        Assert.True(result.History[^1].LearningRate < result.History[2].LearningRate);
    }

    [Fact]
    public void Only_the_named_weights_change()
    {
        var network = TinyNetwork.Trainable();
        var trained = Trainer.Fit(network, Train, null, TinyNetwork.Options with { Epochs = 1 }).Model;

        foreach (string name in new[] { "first.weight", "first.bias" })
            Assert.Equal(network.Model.ReadInitializer(name), trained.ReadInitializer(name));
        foreach (var parameter in network.Parameters)
            Assert.NotEqual(network.Model.ReadInitializer(parameter.Name), trained.ReadInitializer(parameter.Name));
    }

    [Fact]
    public void The_trained_model_predicts_what_validation_measured()
    {
        var result = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, TinyNetwork.Options);
        using var runner = new TrainablePartRunner(result.Model, "cut", "logits", 16, TinyNetwork.Options.Execution);
        var logits = runner.Run(Validation, CancellationToken.None);

        int correct = Enumerable.Range(0, Validation.Count).Count(i => logits[i].IndexOf(Highest(logits[i])) == Validation.Labels[i]);
        Assert.Equal(result.History[^1].ValidationAccuracy!.Value, (double)correct / Validation.Count);

        static float Highest(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.Max(values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others(int threads)
    {
        var options = TinyNetwork.Options with { Execution = new() { Threads = threads }, Mixup = 0.2 };
        float[] first = Fit(options);
        Assert.Equal(first, Fit(options));
        Assert.NotEqual(first, Fit(options with { Seed = 1 }));

        static float[] Fit(TrainingOptions options) =>
            TinyNetwork.Weights(Trainer.Fit(TinyNetwork.Trainable(), Train, null, options).Model);
    }

    [Fact]
    public void Progress_is_reported_for_every_step_and_every_epoch()
    {
        var progress = new ListProgress();
        var history = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, TinyNetwork.Options with { Epochs = 2 }, progress).History;

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16], progress.Completed);
        Assert.Equal(history, progress.Values.Where(report => report.Epoch is not null).Select(report => report.Epoch!));
        Assert.All(progress.Values, report => Assert.Equal((TransferStage.Train, 16), (report.Stage, report.Total)));
    }

    [Fact]
    public void Divergence_stops_training_and_keeps_the_last_good_weights()
    {
        var network = TinyNetwork.Trainable();
        var error = Assert.Throws<TrainingDivergedException>(() =>
            Trainer.Fit(network, Train, null, TinyNetwork.Options with { LearningRate = 1e18, Schedule = LearningRateSchedule.Constant }));

        Assert.InRange(error.Step, 1, 8);
        Assert.Equal(1e18, error.LearningRate);
        Assert.Contains("1E+18", error.Message, StringComparison.Ordinal);
        Assert.Equal(TinyNetwork.Weights(network.Model), TinyNetwork.Weights(error.LastGoodModel!));
    }

    [Fact]
    public void Divergence_in_a_later_epoch_keeps_the_weights_of_the_epoch_before()
    {
        using var folder = new TemporaryFolder();
        var calm = TinyNetwork.Options with { Epochs = 2, Schedule = new Jump(double.PositiveInfinity), CheckpointFolder = folder.Path };
        var error = Assert.Throws<TrainingDivergedException>(
            () => Trainer.Fit(TinyNetwork.Trainable(), Train, null, calm with { Schedule = new Jump(9) }));
        var oneEpoch = Trainer.Fit(TinyNetwork.Trainable(), Train, null, calm with { Epochs = 1, CheckpointFolder = null });

        Assert.InRange(error.Step, 10, 15);
        Assert.Equal(TinyNetwork.Weights(oneEpoch.Model), TinyNetwork.Weights(error.LastGoodModel!));
    }

    [Fact]
    public void Early_stopping_ends_the_run_and_gives_the_best_weights()
    {
        // After the third epoch the rate is far too high, so the loss rises.
        var options = TinyNetwork.Options with { Epochs = 20, Schedule = new Jump(24, 20), GradientClipping = 1 };
        var stopping = new EarlyStopping { Patience = 2 };
        var result = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options with { EarlyStopping = stopping });
        var best = result.History.Best(TrainingMetric.ValidationLoss)!;
        var untilBest = Trainer.Fit(TinyNetwork.Trainable(), Train, Validation, options with { Epochs = best.Epoch });

        Assert.Equal(best.Epoch + 2, result.History.Count);
        Assert.Equal(TinyNetwork.Weights(untilBest.Model), TinyNetwork.Weights(result.Model));
    }

    [Fact]
    public void A_plateau_lowers_the_learning_rate()
    {
        var options = TinyNetwork.Options with
        {
            Epochs = 6,
            Schedule = LearningRateSchedule.Constant,
            ReduceOnPlateau = new ReduceOnPlateau { Metric = TrainingMetric.Accuracy, MinimumDelta = 2, Patience = 2, Factor = 0.5 },
        };
        var history = Trainer.Fit(TinyNetwork.Trainable(), Train, null, options).History;

        double[] expected = [0.05, 0.05, 0.05, 0.025, 0.025, 0.0125];
        Assert.Equal(expected, history.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void The_same_number_of_threads_gives_the_same_weights_to_the_last_bit()
    {
        float[] first = Trained(), second = Trained();
        Assert.Equal(first, second);
        Assert.NotEqual(TinyNetwork.Weights(TinyNetwork.Trainable().Model), first);

        static float[] Trained() => TinyNetwork.Weights(Trainer.Fit(
            TinyNetwork.Trainable(), Train, Validation, TinyNetwork.Options with { Execution = new() { Threads = 3 } }).Model);
    }

    [Fact]
    public void A_step_allocates_nothing_on_the_managed_heap()
    {
        var options = TinyNetwork.Options with
        {
            Optimizer = new AdamWOptions(),
            Mixup = 0.2,
            LabelSmoothing = 0.1,
            GradientClipping = 0.1,
        };
        using var runner = new StepRunner(TinyNetwork.Trainable(), Train, options);
        runner.BeginEpoch(0);
        Run(runner);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Run(runner);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Run(StepRunner runner)
        {
            for (int i = 0; i < runner.StepsPerEpoch; i++)
                runner.Run(0, i, 0.01);
        }
    }

    [Fact]
    public void Examples_that_do_not_fit_the_network_are_named()
    {
        var labels = Train.Labels.ToArray();
        var wrongSize = new TrainingExamples(new FeatureMatrix(60, 5), labels);
        var wrongLabel = new TrainingExamples(new FeatureMatrix(60, Train.Length), [.. labels.Skip(1), TinyNetwork.Classes]);

        Assert.Contains("5 numbers", Assert.Throws<ArgumentException>(() => Fit(wrongSize)).Message, StringComparison.Ordinal);
        Assert.Contains("0 … 3", Assert.Throws<ArgumentException>(() => Fit(wrongLabel)).Message, StringComparison.Ordinal);

        static void Fit(TrainingExamples examples) => Trainer.Fit(TinyNetwork.Trainable(), examples, null, TinyNetwork.Options);
    }

    [Fact]
    public void A_network_of_an_old_operator_set_with_constant_nodes_trains()
    {
        var network = TinyNetwork.Trainable();
        var proto = network.Model.Proto.Clone();
        foreach (var tensor in proto.Graph.Initializer.ToArray())
        {
            var node = new NodeProto { OpType = "Constant" };
            node.Output.Add(tensor.Name);
            node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor });
            proto.Graph.Node.Insert(0, node);
        }

        proto.Graph.Initializer.Clear();
        proto.OpsetImport[0].Version = 9;
        var old = network with { Model = new OnnxModel(proto) };

        var expected = Trainer.Fit(network, Train, null, TinyNetwork.Options).Model;
        var actual = Trainer.Fit(old, Train, null, TinyNetwork.Options).Model;
        Assert.All(
            network.Parameters,
            parameter => Assert.Equal(expected.ReadInitializer(parameter.Name), actual.ReadInitializer(parameter.Name)));
    }

    /// <summary>A rate that becomes many times higher from a step on.</summary>
    private sealed record Jump(double At, double Factor2 = 1e18) : LearningRateSchedule
    {
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs) => stepIndex < At ? 1 : Factor2;
    }
}
