using TransferLearning.Onnx;

namespace TransferLearning.MLNet;

/// <summary>
/// A network that makes one row of numbers of an image, with a session for many rows and, when first used, one for single rows.
/// </summary>
/// <remarks>Safe for use from many threads. Runs in progress finish after <see cref="Dispose"/>; later ones throw.</remarks>
internal sealed class PipelineNetwork : IDisposable
{
    private const string Name = "network";

    private readonly ImageSession _throughput;
    private readonly Lazy<ImageSession> _latency;
    private readonly Lock _lock = new();
    private bool _disposed;

    /// <param name="model">The network.</param>
    /// <param name="output">The output that has the numbers.</param>
    /// <param name="preprocessing">How images become input.</param>
    /// <param name="execution">Threads and batch size.</param>
    /// <exception cref="OnnxGraphException">The network cannot be loaded or does not take images of that preprocessing.</exception>
    public PipelineNetwork(OnnxModel model, string output, ImagePreprocessing preprocessing, ExecutionOptions execution)
    {
        Model = model;
        Output = output;
        Preprocessing = preprocessing;
        Execution = execution;
        _throughput = Open(SessionMode.Throughput);
        _latency = new(() => Open(SessionMode.Latency));
    }

    /// <summary>The network as a model.</summary>
    public OnnxModel Model { get; }

    /// <summary>The output that has the numbers.</summary>
    public string Output { get; }

    /// <summary>How images become input.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>Threads and batch size.</summary>
    public ExecutionOptions Execution { get; }

    /// <summary>The numbers for each image.</summary>
    public int RowLength => _throughput.Network.RowLength;

    /// <summary>Computes many images in parallel.</summary>
    public ImageBatchRunner Many => _throughput.Runner;

    /// <summary>Computes one image with all threads.</summary>
    public void Run(ImageSource image, Span<float> row)
    {
        ImageBatchRunner single;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            single = _latency.Value.Runner;
        }

        single.Run(image, row);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _throughput.Dispose();
            if (_latency.IsValueCreated)
                _latency.Value.Dispose();
        }
    }

    private ImageSession Open(SessionMode mode) =>
        ImageSession.Open(Model, new ImageSessionOptions(Preprocessing, Execution, mode, Name) { Output = Output });
}
