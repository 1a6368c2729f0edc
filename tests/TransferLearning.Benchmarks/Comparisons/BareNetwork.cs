using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// ONNX Runtime alone on tensors that are ready in memory, with outputs that are allocated before: the limit of whatever has to decode
/// first.
/// </summary>
internal sealed class BareNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly Setting _setting;
    private readonly string[] _input;
    private readonly string[] _output;
    private readonly OrtValue[][] _inputs;
    private readonly OrtValue[][] _outputs;

    /// <param name="model">The bytes of the network.</param>
    /// <param name="output">Its output.</param>
    /// <param name="tensors">The input of all images, one after the other.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="setting">Threads and batches.</param>
    public BareNetwork(byte[] model, string output, float[] tensors, int count, Setting setting)
    {
        _setting = setting;
        _session = setting.Open(model);
        _input = [_session.InputMetadata.Keys.Single()];
        _output = [output];
        long[] shape = [.. _session.InputMetadata.Values.Single().Dimensions.Select(size => (long)size)];
        int[] row = _session.OutputMetadata[output].Dimensions[1..];
        int length = tensors.Length / count;
        _inputs = [.. Enumerable.Range(0, count).Chunk(setting.Batch).Select(batch => new[]
        {
            OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, tensors.AsMemory(batch[0] * length, batch.Length * length),
                    [batch.Length, .. shape.AsSpan(1)]),
        })];
        _outputs = [.. Enumerable.Range(0, count).Chunk(setting.Batch).Select(batch => new[]
        {
            OrtValue.CreateTensorValueFromMemory(
                new float[batch.Length * row.Aggregate(1, (product, size) => product * size)],
                    [batch.Length, .. row.Select(size => (long)size)]),
        })];
    }

    /// <summary>A tensor of zeros of the shape that a network declares, with 1 for sizes that it leaves open.</summary>
    public static OrtValue Zeros(NodeMetadata tensor)
    {
        long[] shape = [.. tensor.Dimensions.Select(size => Math.Max(size, 1L))];
        return OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (product, size) => product * size)], shape);
    }

    /// <summary>The fastest of the settings that somebody would try, by the better of two runs each.</summary>
    public static BareNetwork Best(byte[] model, string output, float[] tensors, int count)
    {
        int threads = Environment.ProcessorCount;
        Setting[] settings =
        [
            .. new[] { 1, 2, 4, 8 }.Select(batch => new Setting(threads, 1, batch, Spins: false)),
            .. new[] { 1, 4, 16 }.Select(batch => new Setting(1, threads, batch, Spins: true)),
        ];
        return new BareNetwork(model, output, tensors, count, settings.MinBy(setting =>
        {
            using var network = new BareNetwork(model, output, tensors, count, setting);
            return Math.Min(Seconds(network), Seconds(network));
        })!);

        static double Seconds(BareNetwork network)
        {
            var clock = Stopwatch.StartNew();
            network.Run();
            return clock.Elapsed.TotalSeconds;
        }
    }

    public override string ToString() => _setting.ToString();

    /// <summary>Computes all images.</summary>
    public void Run()
    {
        int next = -1;
        Parallel.For(0, _setting.Workers, new ParallelOptions { MaxDegreeOfParallelism = _setting.Workers }, _ =>
        {
            for (int batch = Interlocked.Increment(ref next); batch < _inputs.Length; batch = Interlocked.Increment(ref next))
                Run(batch);
        });
    }

    /// <summary>Computes one batch.</summary>
    public void Run(int batch) => _session.Run(_options, _input, _inputs[batch], _output, _outputs[batch]);

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs).SelectMany(values => values))
            value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    /// <summary>How the threads are used.</summary>
    /// <param name="Workers">The runs side by side.</param>
    /// <param name="Threads">The threads of a run.</param>
    /// <param name="Batch">The images of a run.</param>
    /// <param name="Spins">Whether the threads of a run spin while they wait, as ONNX Runtime has them by default.</param>
    internal sealed record Setting(int Workers, int Threads, int Batch, bool Spins)
    {
        /// <summary>The settings of the library for one image as fast as possible.</summary>
        public static Setting OneImage { get; } = new(1, Environment.ProcessorCount, 1, Spins: false);

        public InferenceSession Open(byte[] model)
        {
            if (!Spins)
                return OnnxSession.Open(model, new ExecutionOptions { Threads = Threads }, SessionMode.Latency, "network");
            using var session = new SessionOptions { IntraOpNumThreads = Threads, InterOpNumThreads = 1 };
            return new InferenceSession(model, session);
        }

        public override string ToString() => FormattableString.Invariant(
            $"{Workers} × {Threads} thread{(Threads == 1 ? "" : "s")}{(Spins ? " that spin" : "")}, batches of {Batch}");
    }
}
