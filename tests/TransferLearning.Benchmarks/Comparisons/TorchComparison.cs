using System.Globalization;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Training steps against LibTorch, as TorchSharp brings it, and where the library's own time goes.</summary>
internal sealed class TorchComparison : IComparison
{
    private const double Rate = 0.0001;
    private const int NamedOperators = 6;

    public string Name => "step-torch";

    public string Meaning =>
        "Fine-tuning steps, batches of 32, SGD with momentum, statistics of normalization as they are, against LibTorch with the same " +
        "network and as many threads: as it is, and with an allocator that keeps what was freed. The shares are those of ONNX Runtime's " +
        "operators by its profiler.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var options = StepWork.Options(Rate);
        var rows = new List<Row>();
        foreach (var work in await StepWork.AllAsync(effort))
            rows.AddRange(await CompareAsync(work, options, effort));
        return rows;
    }

    private static async Task<IReadOnlyList<Row>> CompareAsync(StepWork work, TrainingOptions options, Effort effort)
    {
        var profile = StepProfile.Measure(work.Network, work.Examples, options, work.Steps, Rate);
        string note = string.Create(
            CultureInfo.InvariantCulture, $"{100 * profile.KernelShare:F0}% in kernels: {profile.Largest(NamedOperators)}");
        Row asItIs = new(work.What, "LibTorch", Unit.ImagesPerSecond), tuned = asItIs with { Rival = "LibTorch, memory kept" };
        using var runner = new StepRunner(work.Network, work.Examples, options);
        try
        {
            using var peer = await TorchPeer.StartAsync(work.Peer, keepsMemory: false);
            using var keeping = await TorchPeer.StartAsync(work.Peer, keepsMemory: true);
            var times = await Turns.MeasureAsync(
                effort.Rounds, () => Task.Run(Steps), () => peer.RunAsync(work.Steps), () => keeping.RunAsync(work.Steps));
            var ours = times[0].PerSecond(work.Steps * StepWork.Batch);
            long parameters = work.Network.Parameters.Sum(parameter => (long)parameter.Length);
            string sizes = parameters == peer.Parameters
                ? FormattableString.Invariant($"{parameters:N0} parameters")
                : FormattableString.Invariant($"{parameters:N0} parameters, theirs {peer.Parameters:N0}");
            return
            [
                asItIs with { Ours = ours, Theirs = times[1].PerSecond(work.Steps * StepWork.Batch), Note = $"{sizes}; {note}" },
                tuned with { Ours = ours, Theirs = times[2].PerSecond(work.Steps * StepWork.Batch) },
            ];
        }
        catch (InvalidOperationException error)
        {
            return [asItIs with { Note = $"{note}; {error.Message}" }];
        }

        void Steps()
        {
            runner.BeginEpoch(0);
            for (int step = 0; step < work.Steps; step++)
                runner.Run(0, step, Rate);
        }
    }
}
