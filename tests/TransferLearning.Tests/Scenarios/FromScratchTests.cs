using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Training from random weights, with a network of 32 × 32 images that has BatchNormalization.</summary>
public sealed class FromScratchTests(DrawnExample example)
{
    private const int Side = 32;
    private static readonly ScratchOptions Options = new() { Epochs = 60, BatchSize = 12, LearningRate = 0.01, Seed = 3 };

    [Fact]
    public async Task A_network_learns_from_random_weights_whatever_the_file_has()
    {
        using var folder = new TemporaryFolder();
        using var classifier = await Learner(folder, scale: 1).FromScratch(Options).FitAsync(example.Dataset);
        var history = classifier.Training!.History!;
        Assert.Equal((TransferScenario.FromScratch, 60), (classifier.Training.Scenario, history.Count));
        Assert.True(history[^1].Loss < 0.5 * history[0].Loss, $"{history[^1].Loss} after {history[0].Loss}");
        Assert.InRange(classifier.Training.TrainingAccuracy, 0.85, 1);

        // The classifier predicts with running statistics that followed the batches, not with those of the file.
        var trained = classifier.ToOnnx();
        Assert.All(trained.ReadInitializer("first.variance"), variance => Assert.NotEqual(1, variance));
        Assert.Equal(classifier.Training.ValidationAccuracy, (await classifier.EvaluateAsync(example.Dataset.Validation)).Report.Accuracy);

        // The weights of the file have no part in it.
        using var other = await Learner(folder, scale: 50).FromScratch(Options with { Epochs = 1 }).FitAsync(example.Dataset);
        using var same = await Learner(folder, scale: 1).FromScratch(Options with { Epochs = 1 }).FitAsync(example.Dataset);
        Assert.Equal(same.ToOnnx().ReadInitializer("second.weight"), other.ToOnnx().ReadInitializer("second.weight"));
    }

    [Fact]
    public async Task A_cancelled_run_resumes_to_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Epochs = 3 };
        var broken = options with { CheckpointFolder = folder.File("run") };
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(value =>
        {
            if (value is { Stage: TransferStage.Train, Completed: 6 })
                cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Learner(folder, scale: 1).FromScratch(broken).FitAsync(example.Dataset, progress, cancellation.Token));
        Assert.True(Directory.EnumerateFiles(folder.File("run")).Any());

        using var resumed = await Learner(folder, scale: 1).FromScratch(broken).FitAsync(example.Dataset);
        using var unbroken = await Learner(folder, scale: 1).FromScratch(options).FitAsync(example.Dataset);
        Assert.Equal(unbroken.ToOnnx().ReadInitializer("second.weight"), resumed.ToOnnx().ReadInitializer("second.weight"));
        Assert.Equal(unbroken.ToOnnx().ReadInitializer("first.variance"), resumed.ToOnnx().ReadInitializer("first.variance"));
    }

    [Fact]
    public async Task Random_forms_and_pasted_rectangles_are_pixels_here_and_resume_to_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var options = Options with
        {
            Epochs = 2,
            CutMix = 1,
            Views = new AugmentedViews { Count = 2, Augmentation = new ImageAugmentation { Policy = new() } },
        };
        var broken = options with { CheckpointFolder = folder.File("run") };
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(value =>
        {
            if (value is { Stage: TransferStage.Train, Completed: 4 })
                cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Learner(folder, scale: 1).FromScratch(broken).FitAsync(example.Dataset, progress, cancellation.Token));
        using var resumed = await Learner(folder, scale: 1).FromScratch(broken).FitAsync(example.Dataset);
        using var unbroken = await Learner(folder, scale: 1).FromScratch(options).FitAsync(example.Dataset);
        using var plain = await Learner(folder, scale: 1).FromScratch(options with { CutMix = 0 }).FitAsync(example.Dataset);
        Assert.Equal((3 * 36) + 18, progress.Values.Last(value => value.Stage == TransferStage.Featurize).Total);
        Assert.Equal(unbroken.ToOnnx().ReadInitializer("second.weight"), resumed.ToOnnx().ReadInitializer("second.weight"));
        Assert.NotEqual(unbroken.ToOnnx().ReadInitializer("second.weight"), plain.ToOnnx().ReadInitializer("second.weight"));
    }

    [Fact]
    public async Task Options_that_are_out_of_range_are_listed_before_any_work()
    {
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Learner(folder, scale: 1).FromScratch(Options with { Epochs = 0, BatchSize = 0 }).FitAsync(example.Dataset));
        Assert.Contains("Epochs", error.Message, StringComparison.Ordinal);
        Assert.Contains("BatchSize", error.Message, StringComparison.Ordinal);
    }

    private static TransferLearner Learner(TemporaryFolder folder, float scale)
    {
        string file = folder.File("net.onnx");
        Network(scale).Save(file);
        return TransferLearner.From(
            Backbone.FromFile(file, ImagePreprocessing.ImageNet(Side))).WithExecution(new ExecutionOptions { Threads = 1 });
    }

    /// <summary>Two convolutions of stride 2 with BatchNormalization, average pooling, five classes.</summary>
    private static OnnxModel Network(float scale)
    {
        var builder = new GraphBuilder(new GraphProto { Name = "small" }, "");
        string x = builder.Input("input", TensorProto.Types.DataType.Float, null, 3, Side, Side);
        x = Layer(builder, x, "first", 3, 12, scale);
        x = Layer(builder, x, "second", 12, 24, scale);
        x = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [x])]);
        string weight = builder.Initializer("top.weight", new float[5 * 24], [5, 24]);
        string bias = builder.Initializer("top.bias", new float[5], [5]);
        string logits = builder.AddNamed("logits", "Gemm", [x, weight, bias], GraphBuilder.Attribute("transB", 1L));
        builder.Output(logits, TensorProto.Types.DataType.Float, null, 5);
        return TinyNetwork.Model(builder);
    }

    private static string Layer(GraphBuilder builder, string x, string name, int from, int to, float scale)
    {
        float[] weights = new float[to * from * 9], ones = new float[to];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = scale * MathF.Sin(i);
        Array.Fill(ones, 1);
        string weight = builder.Initializer(name + ".weight", weights, [to, from, 3, 3]);
        string convolution = builder.Add(
            "Conv",
            [x, weight], GraphBuilder.Attribute(
                "kernel_shape", 3, 3), GraphBuilder.Attribute("pads", 1, 1, 1, 1), GraphBuilder.Attribute("strides", 2, 2));
        return builder.Add("Relu", [builder.Add(
            "BatchNormalization",
            [
                convolution,
                builder.Initializer(name + ".scale", ones, [to]),
                builder.Initializer(name + ".shift", new float[to], [to]),
                builder.Initializer(name + ".mean", new float[to], [to]),
                builder.Initializer(name + ".variance", ones, [to]),
            ])]);
    }
}
