using System.Numerics.Tensors;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Training;

public sealed class StepTests
{
    [Fact]
    public void The_loss_is_the_weighted_mean_of_the_smoothed_cross_entropies()
    {
        var examples = TinyNetwork.Examples(6, seed: 3);
        var options = TinyNetwork.Options with { BatchSize = 6, LabelSmoothing = 0.2, ClassWeights = [1, 2, 0.5, 4] };
        using var runner = new StepRunner(TinyNetwork.Trainable(), examples, options);
        runner.BeginEpoch(0);
        float loss = runner.Run(0, 0, 0).Loss;

        using var trainable = new TrainablePartRunner(TinyNetwork.Trainable().Model, "cut", "logits", 6, options.Execution);
        var logits = trainable.Run(examples, CancellationToken.None);
        double sum = 0, weights = 0;
        for (int i = 0; i < 6; i++)
        {
            double[] scores = [.. logits[i].ToArray().Select(value => (double)value)];
            double log = Math.Log(scores.Sum(Math.Exp));
            double weight = options.ClassWeights[examples.Labels[i]];
            weights += weight;
            for (int c = 0; c < 4; c++)
                sum += weight * ((c == examples.Labels[i] ? 0.8 : 0) + 0.05) * (log - scores[c]);
        }

        Assert.Equal(sum / weights, loss, 1e-5);
    }

    [Fact]
    public void Balanced_classes_count_in_inverse_proportion_to_their_images()
    {
        var (images, _) = TinyNetwork.Images(6, 0);
        int[] labels = [0, 0, 0, 1, 2, 3];
        using var activations = new TrainablePartRunner(TinyNetwork.Backbone(), "input", "cut", 6, ExecutionOptions.Default);
        var examples = new TrainingExamples(activations.Run(new TrainingExamples(images, labels), CancellationToken.None), labels);
        var options = TinyNetwork.Options with { BatchSize = 6 };
        float balanced = Loss(options with { BalanceClasses = true });
        float given = Loss(options with { ClassWeights = [0.5, 1.5, 1.5, 1.5] });
        Assert.Equal(given, balanced);

        float Loss(TrainingOptions options)
        {
            using var runner = new StepRunner(TinyNetwork.Trainable(), examples, options);
            runner.BeginEpoch(0);
            return runner.Run(0, 0, 0).Loss;
        }
    }

    [Fact]
    public void A_short_last_batch_is_as_if_it_were_alone()
    {
        // Nine examples in batches of eight: the second step has one example that counts.
        var examples = TinyNetwork.Examples(9, seed: 4);
        using var runner = new StepRunner(TinyNetwork.Trainable(), examples, TinyNetwork.Options with { BatchSize = 8 });
        runner.BeginEpoch(0);
        var outcome = runner.Run(0, 1, 0);
        int last = LastOfOrder(9);

        var alone = new TrainingExamples(Row(examples, last), [examples.Labels[last]]);
        using var single = new StepRunner(TinyNetwork.Trainable(), alone, TinyNetwork.Options);
        single.BeginEpoch(0);
        var expected = single.Run(0, 0, 0);

        Assert.Equal(1, outcome.Seen);
        Assert.Equal(expected.Loss, outcome.Loss, 1e-5);
        Assert.Equal(expected.Correct, outcome.Correct);
        Assert.All(
            single.Parameters.Gradients.ToArray().Zip(runner.Parameters.Gradients.ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        static int LastOfOrder(int count)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            new SeededRandom(0, RandomPurpose.Order, 0).Shuffle(order);
            return order[^1];
        }

        static FeatureMatrix Row(TrainingExamples examples, int index)
        {
            var row = new FeatureMatrix(1, examples.Length);
            examples[index].CopyTo(row.RowForWriting(0));
            return row;
        }
    }

    [Fact]
    public void Clipping_shortens_all_gradients_together()
    {
        var examples = TinyNetwork.Examples(8, seed: 5);
        float[] start = Weights(
            clipping: null, rate: 0), free = Weights(clipping: null, rate: 1), clipped = Weights(clipping: 0.01, rate: 1);
        float[] freeMove = Difference(free, start), clippedMove = Difference(clipped, start);

        Assert.Equal(0.01, TensorPrimitives.Norm<float>(clippedMove), 1e-5);
        Assert.True(TensorPrimitives.Norm<float>(freeMove) > 0.02);
        Assert.Equal(1, TensorPrimitives.CosineSimilarity<float>(freeMove, clippedMove), 1e-4);

        float[] Weights(double? clipping, double rate)
        {
            using var runner = new StepRunner(TinyNetwork.Trainable(), examples, TinyNetwork.Options with { GradientClipping = clipping });
            runner.BeginEpoch(0);
            runner.Run(0, 0, rate);
            return runner.Parameters.Weights.ToArray();
        }

        static float[] Difference(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x - y)];
    }

    [Fact]
    public void Mixed_examples_blend_activations_and_targets_alike()
    {
        var examples = TinyNetwork.Examples(8, seed: 6);
        using var runner = new StepRunner(TinyNetwork.Trainable(), examples, TinyNetwork.Options with { Mixup = 1 });
        runner.BeginEpoch(0);
        runner.Run(0, 0, 0);

        float[] targets = runner.Session.Batch.Targets.ToArray();
        Assert.Equal(1, targets.Sum(), 1e-5);
        Assert.Contains(targets, share => share is > 0.01f and < 0.115f);
        int blended = 0;
        for (int i = 0; i < 8; i++)
        {
            float[] input = runner.Session.Batch.Input.Slice(i * examples.Length, examples.Length).ToArray();
            bool isOriginal = Enumerable.Range(0, 8).Any(example => examples[example].SequenceEqual(input));
            blended += isOriginal ? 0 : 1;
        }

        Assert.InRange(blended, 4, 8);
    }

    [Fact]
    public void Every_epoch_draws_one_of_the_views_of_each_image()
    {
        var labels = new int[40];
        var views = Enumerable.Range(0, 3).Select(view => Filled(40, TinyNetwork.Examples(1, 0).Length, view)).ToArray();
        using var runner = new StepRunner(
            TinyNetwork.Trainable(), new TrainingExamples(views, labels), TinyNetwork.Options with { BatchSize = 40 });
        var seen = new List<float[]>();
        for (int epoch = 0; epoch < 2; epoch++)
        {
            runner.BeginEpoch(epoch);
            runner.Run(epoch, 0, 0);
            seen.Add([.. Enumerable.Range(0, 40).Select(i => runner.Session.Batch.Input.Span[i * views[0].Columns])]);
        }

        Assert.All(seen, epoch => Assert.Equal([0, 1, 2], epoch.Distinct().Order()));
        Assert.NotEqual(seen[0], seen[1]);

        static FeatureMatrix Filled(int rows, int columns, float value)
        {
            var matrix = new FeatureMatrix(rows, columns);
            matrix.Values.Span.Fill(value);
            return matrix;
        }
    }

    [Fact]
    public void Training_normalisation_takes_the_statistics_of_the_batch_and_lets_the_running_ones_follow()
    {
        var network = Normalizing(dropout: 0);
        var features = new FeatureMatrix(4, 2, new float[] { 1, 10, 2, 20, 3, 30, 6, 60 });
        using var runner = new StepRunner(
            network, new TrainingExamples(features, [0, 1, 0, 1]), TinyNetwork.Options with { BatchSize = 4 });
        runner.BeginEpoch(0);
        runner.Run(0, 0, 0);

        // Column means 3 and 30, variances 3.5 and 350; running values start at 0 and 1 and keep 0.9 of themselves.
        float[] statistics = [.. runner.Session.Statistics.Items.SelectMany(item => item.Running.ToArray())];
        float[] expected = [0.3f, 3, 0.9f + 0.35f, 0.9f + 35];
        Assert.All(expected.Zip(statistics), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        for (int column = 0; column < 2; column++)
        {
            // The logits are the normalised features themselves.
            double[] values = [.. Enumerable.Range(0, 4).Select(row => (double)runner.Session.Logits.Span[(row * 2) + column])];
            Assert.Equal(0, values.Average(), 1e-5);
            Assert.Equal(1, values.Average(value => value * value), 1e-3);
        }
    }

    [Fact]
    public void Dropout_drops_its_share_and_scales_the_rest()
    {
        var network = Normalizing(dropout: 0.25f);
        using var runner = new StepRunner(
            network, new TrainingExamples(new FeatureMatrix(400, 2), new int[400]), TinyNetwork.Options with { BatchSize = 400 });
        runner.BeginEpoch(0);
        runner.Run(0, 0, 0);

        float[] mask = runner.Session.Batch.Masks.Single().ToArray();
        Assert.Equal([0, 1 / 0.75f], mask.Distinct().Order());
        Assert.InRange(mask.Count(element => element == 0), 150, 250);
        runner.Run(0, 0, 0);
        Assert.Equal(mask, runner.Session.Batch.Masks.Single().ToArray());
        runner.BeginEpoch(1);
        runner.Run(1, 0, 0);
        Assert.NotEqual(mask, runner.Session.Batch.Masks.Single().ToArray());
    }

    [Fact]
    public void A_tensor_that_does_not_separate_the_network_is_refused()
    {
        var builder = new GraphBuilder(new GraphProto { Name = "residual" }, "");
        builder.Input("input", TensorProto.Types.DataType.Float, null, 2);
        builder.AddNamed("half", "Relu", ["input"]);
        builder.AddNamed("logits", "Add", ["half", "input"]);
        builder.Output("logits", TensorProto.Types.DataType.Float, null, 2);
        var network = new TrainableNetwork(TinyNetwork.Model(builder), "half", "logits", [], false, false);

        var error = Assert.Throws<OnnxGraphException>(() => StepGraph.Build(network, 2));
        Assert.Contains("'half'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'input'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>input [N,2] → BatchNormalization → Dropout → identity Gemm.</summary>
    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0, 0.8)]
    [InlineData(0.3, 0.8)]
    public void Large_batches_are_the_same_whether_one_thread_writes_them_or_several(double mixup, double cutMix)
    {
        const int columns = 3 * 128 * 128;
        var values = new FeatureMatrix(24, columns);
        var random = new SeededRandom(4, RandomPurpose.Weights);
        foreach (ref float value in values.Values.Span)
            value = random.NextSingle();
        int[] labels = [.. Enumerable.Range(0, 24).Select(row => row % 2)];

        // Examples that are read one by one are written by one thread.
        Assert.Equal(
            Batches(new TrainingExamples(columns, labels, row => values[row])), Batches(new TrainingExamples(values, labels)));

        float[] Batches(TrainingExamples examples)
        {
            var builder = new GraphBuilder(new GraphProto { Name = "mean" }, "");
            builder.Input("input", TensorProto.Types.DataType.Float, null, 3, 128, 128);
            string means = builder.Add("Flatten", [builder.Add("GlobalAveragePool", ["input"])]);
            builder.AddNamed("logits", "Gemm", [means, builder.Initializer("weight", [1f, 0, 1, 0, 1, 0], [3, 2])]);
            builder.Output("logits", TensorProto.Types.DataType.Float, null, 2);
            Parameter[] parameters = [new("weight", [3, 2], 1, true)];
            var network = new TrainableNetwork(
                TinyNetwork.Model(builder), "input", "logits", parameters, TrainsNormalization: false, Dropout: false);
            var options = TinyNetwork.Options with { BatchSize = 24, Mixup = mixup, CutMix = cutMix };
            using var runner = new StepRunner(network, examples, options with { Execution = new ExecutionOptions { Threads = 4 } });
            runner.BeginEpoch(0);
            runner.Run(0, 0, 0);
            return [.. runner.Session.Batch.Input.Span, .. runner.Session.Batch.Targets.Span];
        }
    }

    private static TrainableNetwork Normalizing(float dropout)
    {
        var builder = new GraphBuilder(new GraphProto { Name = "normalizing" }, "");
        builder.Input("input", TensorProto.Types.DataType.Float, null, 2);
        string x = builder.Add(
            "BatchNormalization",
            [
                "input",
                builder.Initializer("scale", [1f, 1], [2]),
                builder.Initializer("shift", [0f, 0], [2]),
                builder.Initializer("mean", [0f, 0], [2]),
                builder.Initializer("variance", [1f, 1], [2]),
            ]);
        x = builder.Add("Dropout", [x, builder.Scalar(dropout)]);
        builder.AddNamed("logits", "Gemm", [x, builder.Initializer("weight", [1f, 0, 0, 1], [2, 2])]);
        builder.Output("logits", TensorProto.Types.DataType.Float, null, 2);
        Parameter[] parameters = [new("scale", [2], 1, false), new("shift", [2], 1, false), new("weight", [2, 2], 1, true)];
        return new TrainableNetwork(
            TinyNetwork.Model(builder), "input", "logits", parameters, TrainsNormalization: true, Dropout: dropout > 0);
    }
}
