using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TransferLearning.Featurization;
using TransferLearning.Heads;
using TransferLearning.Onnx;
using TransferLearning.Training;

namespace TransferLearning.Benchmarks;

/// <summary>
/// The training step of the library against that of the first design (<see cref="PlainStepGraph"/>), in turn: MobileNetV2 from the 14 × 14 × 96
/// stage on, real activations of sign-language digits, batches of 32, SGD with momentum. Prints medians by the clock and by processor time,
/// what a step allocates, and the share of a step that ONNX Runtime spends in its kernels.
/// </summary>
internal static class StepComparison
{
    private const string Cut = "add_39";
    private const int Batch = 32, Classes = 10, StepsPerRound = 8, Rounds = 9;
    private const float Rate = 0.001f;

    public static async Task RunAsync()
    {
        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        var (network, examples) = await PrepareAsync(dataset).ConfigureAwait(false);
        var options = new FineTuningOptions { BatchSize = Batch, LabelSmoothing = 0, Mixup = 0, LearningRate = Rate };
        using var plain = new PlainStep(network, examples, Batch, Classes, Rate);
        using var runner = new StepRunner(network, examples, options);
        Console.WriteLine(FormattableString.Invariant(
            $"{network.Parameters.Sum(parameter => parameter.Length):N0} parameters train; {Rounds} rounds of {StepsPerRound} steps of {Batch} pictures, in turn"));
        var (before, after) = (new List<Round>(), new List<Round>());
        float plainLoss = 0, loss = 0;
        for (int round = -1; round < Rounds; round++)
        {
            var first = Measure(step => plainLoss = plain.Run(step));
            runner.BeginEpoch(round + 1);
            var second = Measure(step => loss = runner.Run(round + 1, step, Rate).Loss);
            if (round < 0)
                continue; // the first round warms up
            before.Add(first);
            after.Add(second);
        }

        Print("first design", before, plainLoss);
        Print("library", after, loss);
        Console.WriteLine(FormattableString.Invariant(
            $"ratio: {Median(after, r => r.PerSecond) / Median(before, r => r.PerSecond):F2} by the clock, {Median(after, r => r.PerProcessorSecond) / Median(before, r => r.PerProcessorSecond):F2} by processor time; median of the rounds' ratios {Median([.. before.Zip(after)], pair => pair.Second.PerSecond / pair.First.PerSecond):F2}"));
        Console.WriteLine(FormattableString.Invariant($"share of a step in kernels of ONNX Runtime: {100 * KernelShare(network, examples, options):F1}% (with its profiler on)"));
    }

    private static async Task<(TrainableNetwork Network, TrainingExamples Examples)> PrepareAsync(ImageDataset dataset)
    {
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        var features = (await backbone.LoadAsync(WeightCacheOptions.Default, null, CancellationToken.None).ConfigureAwait(false)).WithoutTop();
        var first = features.Proto.Graph.Node.First(node => node.Input.Contains(Cut) && node.OpType == "Conv");
        var plan = new FineTuningPlan(features, FreezePoint.From(first.Output[0]));
        if (plan.Cut != Cut)
            throw new InvalidOperationException($"The plan cuts at '{plan.Cut}', not at '{Cut}'.");
        int[] images = [.. Enumerable.Range(0, Batch * StepsPerRound).Select(i => i * dataset.Train.Count / (Batch * StepsPerRound))];
        using var extractor = new FeatureExtractor(plan.FrozenPart(), backbone.Preprocessing, ExecutionOptions.Default);
        var extracted = await extractor.ExtractAsync([.. images.Select(i => dataset.Train[i].Path)]).ConfigureAwait(false);
        var random = new SeededRandom(0, RandomPurpose.Weights);
        float[] weights = new float[Classes * 1280];
        foreach (ref float weight in weights.AsSpan())
            weight = 0.01f * (float)random.NextGaussian();
        var head = new LinearHead(1280, Classes, weights, new float[Classes]);
        var options = new FineTuningOptions { BackboneRate = 1 };
        return (
            plan.Trainable(plan.Backbone.WithHead(plan.Features, head.AppendTo), options),
            new TrainingExamples(extracted, [.. images.Select(i => dataset.Train[i].Label)]));
    }

    private static Round Measure(Action<int> step)
    {
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < StepsPerRound; i++)
            step(i);
        double seconds = clock.Elapsed.TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        process.Refresh();
        return new Round(seconds, (process.TotalProcessorTime - processor).TotalSeconds, allocated / StepsPerRound);
    }

    /// <summary>The time of all nodes by ONNX Runtime's profiler, as a share of the time of whole steps, batches and optimizer included.</summary>
    private static double KernelShare(TrainableNetwork network, TrainingExamples examples, TrainingOptions options)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"step-{Guid.NewGuid():N}");
        int sessions = 0;
        double seconds;
        var execution = new ExecutionOptions
        {
            ConfigureSession = session =>
            {
                // The session of the step is opened first; that of validation does not run here.
                if (sessions++ > 0)
                    return;
                session.ProfileOutputPathPrefix = prefix;
                session.EnableProfiling = true;
            },
        };
        using (var runner = new StepRunner(network, examples, options with { Execution = execution }))
        {
            runner.BeginEpoch(0);
            var clock = Stopwatch.StartNew();
            for (int step = 0; step < StepsPerRound; step++)
                runner.Run(0, step, Rate);
            seconds = clock.Elapsed.TotalSeconds;
        }

        string file = Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(prefix) + "*").Single();
        using var profile = JsonDocument.Parse(File.ReadAllBytes(file));
        File.Delete(file);
        long microseconds = profile.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .Sum(entry => entry.GetProperty("dur").GetInt64());
        return microseconds / 1e6 / seconds;
    }

    private static void Print(string name, List<Round> rounds, float loss) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14}{Median(rounds, r => r.PerSecond),7:F1} pictures/s {Median(rounds, r => r.PerProcessorSecond),7:F1} pictures/processor-second {Median(rounds, r => r.BytesPerStep),8:F0} managed bytes/step   loss {loss:F4}"));

    private static double Median<T>(IReadOnlyList<T> values, Func<T, double> read) => values.Select(read).Order().ElementAt(values.Count / 2);

    private readonly record struct Round(double Seconds, double ProcessorSeconds, long BytesPerStep)
    {
        public double PerSecond => Batch * StepsPerRound / Seconds;

        public double PerProcessorSecond => Batch * StepsPerRound / ProcessorSeconds;
    }
}
