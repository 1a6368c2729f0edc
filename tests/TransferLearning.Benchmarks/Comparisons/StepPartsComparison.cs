using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// What smaller batches of a training step cost on one thread: a step whose batch is split over threads, each with a run of its own, cannot
/// be faster than that (docs/adr/0016).
/// </summary>
internal sealed class StepPartsComparison : IComparison
{
    private const int Whole = 32, Images = 64;

    public string Name => "step-parts";

    public string Meaning =>
        "Training steps of the network of `step` on one thread: batches of 32 against the parts of such a batch that 2, 4 and 8 threads " +
        "would each compute.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        var (network, examples) = await StepComparison.PrepareAsync(dataset);
        int[] sizes = [Whole, Whole / 2, Whole / 4, Whole / 8];
        StepRunner[] runners = [.. sizes.Select(size => RunnerOf(network, examples, size))];
        try
        {
            var work = runners.Select((runner, i) => (Action)(() => Run(runner, Images / sizes[i]))).ToArray();
            var times = await Turns.MeasureAsync(effort.Rounds, work);
            return [.. sizes.Skip(1).Select((size, i) => new Row(
                "images a second in batches of 32", FormattableString.Invariant($"in batches of {size}"), Unit.ImagesPerSecond)
            {
                Ours = times[0].PerSecond(Images),
                Theirs = times[i + 1].PerSecond(Images),
                Note = times[0].ProcessorTimeOf(times[i + 1]),
            })];
        }
        finally
        {
            foreach (var runner in runners)
                runner.Dispose();
        }
    }

    private static StepRunner RunnerOf(TrainableNetwork network, TrainingExamples examples, int batch) => new(
        network,
        examples,
        StepWork.Options(0.001) with { BatchSize = batch, Execution = new ExecutionOptions { Threads = 1 } });

    private static void Run(StepRunner runner, int steps)
    {
        runner.BeginEpoch(0);
        for (int step = 0; step < steps; step++)
            runner.Run(0, step, 0.001);
    }
}
