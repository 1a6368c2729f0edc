using System.Globalization;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The training step of the library against that of the first design (<see cref="PlainStepGraph"/>), with and without threads that spin:
/// MobileNetV2 from the 14 × 14 × 96 stage on, real activations of sign-language digits, batches of 32, SGD with momentum.
/// </summary>
internal sealed class StepComparison : IComparison
{
    private const string Cut = "add_39";
    private const int Batch = StepWork.Batch, StepsPerRound = 8;
    private const float Rate = 0.001f;

    public string Name => "step";

    public string Meaning =>
        "Fine-tuning steps of MobileNetV2 from the 14 × 14 × 96 stage on, batches of 32, SGD with momentum, against the straightforward " +
        "gradient graph of the " +
        "first design (docs/adr/0004). None of the other rivals can train this network: ML.NET retrains a last layer only, and the " +
        "WebAssembly backend of " +
        "TensorFlow.js has no gradients of convolution kernels. Kernels are measured with the profiler of ONNX Runtime on.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        var (network, examples) = await PrepareAsync(dataset);
        var options = StepWork.Options(Rate);
        int steps = effort.Of(StepsPerRound, 2);
        using var spinning = new PlainStep(network, examples, Batch, StepWork.Classes, Rate, spins: true);
        using var plain = new PlainStep(network, examples, Batch, StepWork.Classes, Rate, spins: false);
        using var runner = new StepRunner(network, examples, options);
        var (first, last, allocated, epoch) = (0f, 0f, 0L, 0);
        var times = await Turns.MeasureAsync(effort.Rounds, Library, () => Plain(plain), () => Plain(spinning));
        string note = string.Create(CultureInfo.InvariantCulture,
            $"{network.Parameters.Sum(parameter => parameter.Length):N0} parameters; " +
            $"{100 * StepProfile.Measure(network, examples, options, steps, Rate).KernelShare:F1}% in kernels; ")
            + FormattableString.Invariant($"{allocated / steps} managed bytes a step; loss {first:F3} to {last:F3}");
        return [Row("first design, no spinning", times[1], note), Row("first design", times[2], "")];

        void Library()
        {
            runner.BeginEpoch(++epoch);
            long before = GC.GetAllocatedBytesForCurrentThread();
            last = 0;
            for (int step = 0; step < steps; step++)
                last += runner.Run(epoch, step, Rate).Loss / steps;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (epoch == 1)
                first = last;
        }

        void Plain(PlainStep step)
        {
            for (int i = 0; i < steps; i++)
                step.Run(i);
        }

        Row Row(string rival, Times theirs, string more) => new("fine-tuning step", rival, Unit.ImagesPerSecond)
        {
            Ours = times[0].PerSecond(Batch * steps),
            Theirs = theirs.PerSecond(Batch * steps),
            Note = string.Join("; ", new[] { times[0].ProcessorTimeOf(theirs), more }.Where(part => part.Length > 0)),
        };
    }

    /// <summary>The layer that reads the 14 × 14 × 96 stage, the first that trains.</summary>
    public static string FirstTrained(OnnxModel mobileNet) =>
        mobileNet.Proto.Graph.Node.First(node => node.Input.Contains(Cut) && node.OpType == "Conv").Output[0];

    /// <summary>The network of the comparison with a head of small weights, and real activations at its cut.</summary>
    public static async Task<(TrainableNetwork Network, TrainingExamples Examples)> PrepareAsync(ImageDataset dataset)
    {
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        var features = (await backbone.LoadAsync(WeightCacheOptions.Default, null, CancellationToken.None)).WithoutTop();
        var plan = new FineTuningPlan(features, FreezePoint.From(FirstTrained(features)));
        if (plan.Cut != Cut)
            throw new InvalidOperationException($"The plan cuts at '{plan.Cut}', not at '{Cut}'.");
        int[] images = [.. Enumerable.Range(0, Batch * StepsPerRound).Select(i => i * dataset.Train.Count / (Batch * StepsPerRound))];
        new SeededRandom(0, RandomPurpose.Order).Shuffle(images);
        using var extractor = new FeatureExtractor(plan.FrozenPart(), backbone.Preprocessing, ExecutionOptions.Default);
        var extracted = await extractor.ExtractAsync([.. images.Select(i => dataset.Train[i].Path)]);
        return (StepWork.WithHead(plan), new TrainingExamples(extracted, [.. images.Select(i => dataset.Train[i].Label)]));
    }
}
