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
    private const int Batch = 32, Classes = 10, StepsPerRound = 8, Rounds = 5;
    private const float Rate = 0.001f;

    public static async Task RunAsync()
    {
        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        var (network, examples) = await PrepareAsync(dataset).ConfigureAwait(false);
        var options = new FineTuningOptions { BatchSize = Batch, LabelSmoothing = 0, Mixup = 0, LearningRate = Rate };
        using var spinning = new PlainStep(network, examples, Batch, Classes, Rate, spins: true);
        using var plain = new PlainStep(network, examples, Batch, Classes, Rate, spins: false);
        using var runner = new StepRunner(network, examples, options);
        Console.WriteLine(FormattableString.Invariant(
            $"{network.Parameters.Sum(parameter => parameter.Length):N0} parameters train; {Rounds} rounds of {StepsPerRound} steps of {Batch} pictures, in turn"));
        var (original, before, after) = (new List<Round>(), new List<Round>(), new List<Round>());
        for (int round = -1; round < Rounds; round++)
        {
            var zeroth = Measure(spinning.Run);
            var first = Measure(plain.Run);
            runner.BeginEpoch(round + 1);
            var second = Measure(step => runner.Run(round + 1, step, Rate).Loss);
            if (round < 0)
                continue; // the first round warms up
            original.Add(zeroth);
            before.Add(first);
            after.Add(second);
        }

        Print("first design", original);
        Print("without spinning", before);
        Print("library", after);
        PrintRatio("the first design", original, after);
        PrintRatio("the first design without spinning threads", before, after);
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
        new SeededRandom(0, RandomPurpose.Order).Shuffle(images);
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

    private static Round Measure(Func<int, float> step)
    {
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        float loss = 0;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < StepsPerRound; i++)
            loss += step(i) / StepsPerRound;
        double seconds = clock.Elapsed.TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        process.Refresh();
        return new Round(seconds, (process.TotalProcessorTime - processor).TotalSeconds, allocated / StepsPerRound, loss);
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

    private static void PrintRatio(string baseline, List<Round> before, List<Round> after) => Console.WriteLine(FormattableString.Invariant(
        $"against {baseline}: {Median([.. before.Zip(after)], pair => pair.Second.PerSecond / pair.First.PerSecond):F2} by the clock, {Median([.. before.Zip(after)], pair => pair.Second.PerProcessorSecond / pair.First.PerProcessorSecond):F2} by processor time (medians of the rounds' ratios)"));

    private static void Print(string name, List<Round> rounds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-17}{Median(rounds, r => r.PerSecond),7:F1} pictures/s {Median(rounds, r => r.PerProcessorSecond),7:F1} pictures/processor-second {Median(rounds, r => r.BytesPerStep),8:F0} managed bytes/step   loss {rounds[0].Loss:F3} … {rounds[^1].Loss:F3}"));

    private static double Median<T>(IReadOnlyList<T> values, Func<T, double> read) => values.Select(read).Order().ElementAt(values.Count / 2);

    private readonly record struct Round(double Seconds, double ProcessorSeconds, long BytesPerStep, float Loss)
    {
        public double PerSecond => Batch * StepsPerRound / Seconds;

        public double PerProcessorSecond => Batch * StepsPerRound / ProcessorSeconds;
    }
}
