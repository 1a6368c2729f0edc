using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Where the time of training steps goes, by the profiler of ONNX Runtime.</summary>
/// <param name="Seconds">The time of the steps by the clock, batches and optimizer included.</param>
/// <param name="Nodes">The time of every run of a node.</param>
internal sealed record StepProfile(double Seconds, IReadOnlyList<(string Operator, double Seconds)> Nodes)
{
    /// <summary>The share of the time that ONNX Runtime's kernels take.</summary>
    public double KernelShare => Nodes.Sum(node => node.Seconds) / Seconds;

    /// <summary>Runs steps with the profiler on.</summary>
    public static StepProfile Measure(
        TrainableNetwork network, TrainingExamples examples, TrainingOptions options, int steps, double rate)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"step-{Guid.NewGuid():N}");
        int sessions = 0;
        double seconds;
        var execution = new ExecutionOptions
        {
            AsDevice = false,
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
            for (int step = 0; step < steps; step++)
                runner.Run(0, step, rate);
            seconds = clock.Elapsed.TotalSeconds;
        }

        string file = Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(prefix) + "*").Single();
        using var profile = JsonDocument.Parse(File.ReadAllBytes(file));
        File.Delete(file);
        return new StepProfile(seconds, [.. profile.RootElement.EnumerateArray().Where(IsKernel).Select(Read)]);
    }

    /// <summary>The operators that take most, in words.</summary>
    /// <param name="count">How many are named.</param>
    public string Largest(int count) => string.Join(", ", Nodes
        .GroupBy(node => node.Operator)
        .Select(kind => (kind.Key, Share: kind.Sum(node => node.Seconds) / Seconds))
        .OrderByDescending(kind => kind.Share)
        .Take(count)
        .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {100 * kind.Share:F0}%")));

    private static bool IsKernel(JsonElement entry) =>
        entry.GetProperty("cat").GetString() == "Node"
            && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal);

    private static (string Operator, double Seconds) Read(JsonElement entry) => (
        entry.GetProperty("args").GetProperty("op_name").GetString()!,
        entry.GetProperty("dur").GetInt64() / 1e6);
}
