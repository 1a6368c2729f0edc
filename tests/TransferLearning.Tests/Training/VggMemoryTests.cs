using System.Diagnostics;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

/// <summary>
/// Sizes of the network that the literature fine-tunes most; the slow test runs where <c>TRANSFERLEARNING_SLOW_TESTS</c> is 1.
/// </summary>
public sealed class VggMemoryTests(ITestOutputHelper output)
{
    private const long Limit = 8L << 30;
    private static readonly FineTuningOptions Options = new() { Freeze = FreezePoint.LastLayers(5), Epochs = 1, LearningRate = 1e-4 };

    [Fact]
    public void With_a_head_of_ten_classes_7_084_554_parameters_train()
    {
        var plan = new FineTuningPlan(VggGraph.WithoutTopOrWeights().WithoutTop(), Options.Freeze);
        var head = new LinearHead(512, 10, new float[5120], new float[10]);
        var network = plan.Trainable(plan.Backbone.WithHead(plan.Features, head.AppendTo), Options);
        Assert.Equal("block4_pool", plan.Cut);
        Assert.Equal(7_084_554, network.Parameters.Sum(parameter => parameter.Length));
    }

    [Fact]
    public void An_epoch_over_1709_images_fits_in_8_GB()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("TRANSFERLEARNING_SLOW_TESTS") == "1", "takes minutes; set TRANSFERLEARNING_SLOW_TESTS=1");
        var clock = Stopwatch.StartNew();
        var plan = new FineTuningPlan(VggGraph.WithoutTop().WithoutTop(), Options.Freeze);
        var random = new SeededRandom(0, RandomPurpose.Weights);

        // The frozen part runs on as many images as a batch has; the rows of the others are noise of the same size.
        var images = Noise(16, 3 * 224 * 224, ref random);
        int[] labels = [.. Enumerable.Range(0, 1709).Select(i => i % 10)];
        using (var frozen = new TrainablePartRunner(plan.Backbone, "input_1", plan.Cut, 16, ExecutionOptions.Default))
            frozen.Run(new TrainingExamples(images, labels[..16]), CancellationToken.None);
        output.WriteLine(
            FormattableString.Invariant($"frozen part on a batch of 16: {clock.Elapsed.TotalSeconds:F1} s, peak {Peak() >> 20} MB"));

        var activations = Noise(labels.Length, 512 * 14 * 14, ref random);
        var head = new LinearHead(512, 10, new float[5120], new float[10]);
        var network = plan.Trainable(plan.Backbone.WithHead(plan.Features, head.AppendTo), Options);
        clock.Restart();
        var result = Trainer.Fit(network, new TrainingExamples(activations, labels), null, Options);
        output.WriteLine(
            FormattableString.Invariant(
                $"one epoch: {clock.Elapsed.TotalSeconds:F1} s, loss {result.History[0].Loss:F3}, peak {Peak() >> 20} MB"));
        Assert.InRange(Peak(), 0, Limit);
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static FeatureMatrix Noise(int rows, int columns, ref SeededRandom random)
    {
        var matrix = new FeatureMatrix(rows, columns);
        foreach (ref float value in matrix.Values.Span)
            value = random.NextSingle();
        return matrix;
    }
}
