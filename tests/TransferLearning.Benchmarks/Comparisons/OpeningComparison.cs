using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>What opening a session costs, and how much of it a graph that was optimised before would save.</summary>
internal sealed class OpeningComparison : IComparison
{
    private static readonly (string Name, Func<OnnxModel> Load)[] Networks =
    [
        ("MobileNetV2", () => Stored("mobilenetv2-1.0-224")),
        ("SqueezeNet", () => Stored("squeezenet1.1-227")),
        ("ResNet-50", () => HeInitializer.Randomize(Stored("light/light_resnet50"), seed: 1)),
        ("DenseNet-121", () => HeInitializer.Randomize(Stored("light/light_densenet121"), seed: 1)),
        ("VGG16", () => HeInitializer.Randomize(VggGraph.WithTopButNoWeights(), seed: 1)),
    ];

    public string Name => "opening";

    public string Meaning =>
        "Opening a session of ONNX Runtime from bytes in memory and running it once on one image, in processor time: as the library does " +
        "it, against a graph that " +
        "ONNX Runtime saved after optimising it (at the level that does not depend on the processor, and at the highest), opened without " +
        "optimising, and against no " +
        "optimisation at all. ResNet-50, DenseNet-121 and VGG16 have random weights.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        string folder = Directory.CreateTempSubdirectory("benchmarks-").FullName;
        try
        {
            foreach (var (name, load) in Networks.Take(effort.Of(Networks.Length, 3)))
                rows.AddRange(await MeasureAsync(name, load(), folder, effort));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return rows;
    }

    private static async Task<Row[]> MeasureAsync(string name, OnnxModel network, string folder, Effort effort)
    {
        byte[] bytes = network.ToBytes();
        byte[] extended = Optimised(bytes, GraphOptimizationLevel.ORT_ENABLE_EXTENDED, folder), all =
            Optimised(bytes, GraphOptimizationLevel.ORT_ENABLE_ALL, folder);
        (string What, byte[] Model, GraphOptimizationLevel? Level)[] ways =
        [
            ("as the library", bytes, null),
            ("saved for any processor", extended, GraphOptimizationLevel.ORT_DISABLE_ALL),
            ("saved for this processor", all, GraphOptimizationLevel.ORT_DISABLE_ALL),
            ("not optimised", bytes, GraphOptimizationLevel.ORT_DISABLE_ALL),
        ];
        var opened = new double[ways.Length];
        var times = await Turns.MeasureAsync(effort.Rounds, [.. ways.Select((way, i) => (Func<Task>)(() =>
        {
            opened[i] = OpenAndRun(way.Model, way.Level);
            return Task.CompletedTask;
        }))]);
        return [.. ways.Skip(1).Select((way, i) => new Row($"open {name} and run once", way.What, Unit.Milliseconds)
        {
            Ours = Processor(times[0]),
            Theirs = Processor(times[i + 1]),
            Note = string.Create(CultureInfo.InvariantCulture,
                $"{bytes.Length / 1e6:F0} MB, saved {way.Model.Length / 1e6:F0}; by the clock {Clock(times[0]):F0} and " +
                $"{Clock(times[i + 1]):F0} ms; of the last round, opening {opened[0]:F0} and {opened[i + 1]:F0} ms"),
        })];
    }

    private static double OpenAndRun(byte[] model, GraphOptimizationLevel? level)
    {
        var execution =
            new ExecutionOptions { ConfigureSession = options => options.GraphOptimizationLevel = level ?? options.GraphOptimizationLevel };
        var clock = Stopwatch.StartNew();
        using var session = OnnxSession.Open(model, execution, SessionMode.Latency, "network");
        double milliseconds = clock.Elapsed.TotalMilliseconds;
        var (name, input) = (session.InputMetadata.Keys.First(), session.InputMetadata.Values.First());
        using var tensor = BareNetwork.Zeros(input);
        using var options = new RunOptions();
        session.Run(options, [name], [tensor], [session.OutputMetadata.Keys.First()]).Dispose();
        return milliseconds;
    }

    /// <summary>The bytes of the graph as ONNX Runtime saves it after optimising.</summary>
    private static byte[] Optimised(byte[] model, GraphOptimizationLevel level, string folder)
    {
        string path = Path.Combine(folder, "optimised.onnx");
        var execution = new ExecutionOptions
        {
            ConfigureSession = options =>
            {
                options.GraphOptimizationLevel = level;
                options.OptimizedModelFilePath = path;
            },
        };
        OnnxSession.Open(model, execution, SessionMode.Latency, "network").Dispose();
        return File.ReadAllBytes(path);
    }

    private static OnnxModel Stored(string name) => OnnxModel.Load(BenchmarkData.Require($"models/{name}.onnx"));

    private static double[] Processor(Times times) => [.. times.Rounds.Select(round => 1000 * round.ProcessorSeconds)];

    private static double Clock(Times times) => Statistics.Median(times.Milliseconds);
}
