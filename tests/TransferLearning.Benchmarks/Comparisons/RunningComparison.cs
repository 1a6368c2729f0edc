using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// One image at a time on a ready tensor: threads that spin while they wait, the number of threads, and bound inputs and outputs.
/// </summary>
internal sealed class RunningComparison : IComparison
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly (string Name, int Threads, bool Spins)[] Settings =
    [
        ("no spinning", Environment.ProcessorCount, false), ("spinning", Environment.ProcessorCount, true), ("one thread", 1, false),
    ];

    public string Name => "running";

    public string Meaning =>
        "ONNX Runtime alone, MobileNetV2, one image after the other from one caller: the library's setting (all threads, no spinning) " +
        "against threads that spin while " +
        "they wait, which is what ONNX Runtime does by default, and against one thread; without a pause, and with 20 ms between the end " +
        "of a run and the next. " +
        "Percentiles are those of a round; the notes have the processor time of a run, pause included. Then plain runs with outputs that " +
        "are allocated before, against " +
        "`IoBinding`, in processor time.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        byte[] model = classifier.ToOnnx().ToBytes();
        return
        [
            .. Spinning(model, TimeSpan.Zero, effort), .. Spinning(model, Pause, effort),
            await BindingAsync("MobileNetV2", model, effort), await BindingAsync("TinyResNet", Tiny(), effort),
        ];
    }

    private static byte[] Tiny() => ClassifierGraph.FromPretrained(
        OnnxModel.Parse(EmbeddedWeights.ReadBytes()), new ModelMetadata { Labels = Backbones.TinyResNet.Labels }).ToBytes();

    private static List<Row> Spinning(byte[] model, TimeSpan pause, Effort effort)
    {
        int runs = effort.Of(pause == TimeSpan.Zero ? 200 : 100, 40);
        var runners = Settings.Select(setting => new Runner(model, setting.Threads, setting.Spins)).ToArray();
        var rounds = Settings.Select(_ => new List<Round>()).ToArray();
        for (int round = -1; round < effort.Rounds; round++)
        {
            for (int turn = 0; turn < runners.Length; turn++)
            {
                int i = round % 2 == 0 ? turn : runners.Length - 1 - turn;

                // Threads of another session that still spin would take the processor.
                Thread.Sleep(Pause);
                var measured = runners[i].Measure(runs, pause);
                if (round >= 0)
                    rounds[i].Add(measured);
            }
        }

        Array.ForEach(runners, runner => runner.Dispose());
        string when = pause == TimeSpan.Zero ? "without a pause" : "a pause before each";
        var rows = new List<Row>();
        foreach (var (share, percentile) in ((string, double)[])[("half", 0.5), ("99 of 100", 0.99)])
        {
            for (int i = 1; i < Settings.Length; i++)
            {
                rows.Add(new Row($"one run, {when}, {share} within", Settings[i].Name, Unit.Milliseconds)
                {
                    Ours = [.. rounds[0].Select(round => Statistics.Percentile(round.Milliseconds, percentile))],
                    Theirs = [.. rounds[i].Select(round => Statistics.Percentile(round.Milliseconds, percentile))],
                    Note = FormattableString.Invariant($"processor time {Processor(rounds[0]):F1} and {Processor(rounds[i]):F1} ms a run"),
                });
            }
        }

        return rows;

        static double Processor(List<Round> rounds) => Statistics.Median(rounds.Select(round => round.ProcessorMilliseconds));
    }

    private static async Task<Row> BindingAsync(string name, byte[] model, Effort effort)
    {
        int runs = effort.Of(200, 40);
        using var plain = new Runner(model, threads: 1, spins: false);
        var times = await Turns.MeasureAsync(effort.Rounds, () => plain.Run(runs), () => plain.RunBound(runs));
        return new Row($"one run of {name}, one thread", "IoBinding", Unit.Milliseconds)
        {
            Ours = [.. times[0].Rounds.Select(round => 1000 * round.ProcessorSeconds / runs)],
            Theirs = [.. times[1].Rounds.Select(round => 1000 * round.ProcessorSeconds / runs)],
        };
    }

    private sealed record Round(double[] Milliseconds, double ProcessorMilliseconds);

    /// <summary>A session with an input and an output that stay.</summary>
    private sealed class Runner : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtIoBinding _binding;
        private readonly string[] _input;
        private readonly OrtValue[] _inputs;
        private readonly OrtValue[] _outputs;

        public Runner(byte[] model, int threads, bool spins)
        {
            _session = new BareNetwork.Setting(Workers: 1, threads, Batch: 1, spins).Open(model);
            _input = [.. _session.InputMetadata.Keys];
            _inputs = [BareNetwork.Zeros(_session.InputMetadata.Values.Single())];
            _outputs = [BareNetwork.Zeros(_session.OutputMetadata[ClassifierGraph.ScoreOutput])];
            _binding = _session.CreateIoBinding();
            _binding.BindInput(_input[0], _inputs[0]);
            _binding.BindOutput(ClassifierGraph.ScoreOutput, _outputs[0]);
        }

        public void Run(int runs)
        {
            for (int i = 0; i < runs; i++)
                _session.Run(_options, _input, _inputs, [ClassifierGraph.ScoreOutput], _outputs);
        }

        public void RunBound(int runs)
        {
            for (int i = 0; i < runs; i++)
                _session.RunWithBinding(_options, _binding);
        }

        public Round Measure(int runs, TimeSpan pause)
        {
            double[] milliseconds = new double[runs];
            var processor = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < runs; i++)
            {
                if (pause > TimeSpan.Zero)
                    Thread.Sleep(pause);
                long start = Stopwatch.GetTimestamp();
                Run(1);
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            return new Round(milliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / runs);
        }

        public void Dispose()
        {
            _binding.Dispose();
            foreach (var value in _inputs.Concat(_outputs))
                value.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
