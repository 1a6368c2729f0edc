using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A finished image classifier: predict, evaluate, save as one ONNX file, load again.</summary>
/// <remarks>
/// Safe for use from many threads. Dispose it when it is no longer needed: running predictions finish, later ones throw
/// <see cref="ObjectDisposedException"/>. Native sessions are created at the first prediction, which throws a
/// <see cref="DeviceException"/> where it is to run on a device that cannot be used or computes other numbers than the processor.
/// </remarks>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly OnnxModel _model;
    private readonly ModelMetadata _metadata;
    private readonly ExecutionOptions _execution;
    private readonly Lock _lock = new();
    private ImageSession? _latency;
    private ImageSession? _throughput;
    private bool _disposed;

    internal ImageClassifier(
        OnnxModel model,
        ModelMetadata metadata,
        TrainingSummary? training,
        ExecutionOptions? execution,
        QuantizationSummary? quantization = null,
        RejectionRule? rejection = null)
    {
        _model = model;
        _metadata = metadata;
        _execution = execution ?? ExecutionOptions.Default;
        OptionErrors.ThrowIfAny(_execution, nameof(execution));
        _turns = new SemaphoreSlim(_execution.EffectiveThreads);
        Preprocessing = metadata.Preprocessing ?? throw new ArgumentException("The metadata have no preprocessing.", nameof(metadata));
        Training = training;
        Quantization = quantization;
        _rejection = rejection;
    }

    /// <summary>The class names, in the order of the probabilities.</summary>
    public IReadOnlyList<string> Labels => _metadata.Labels;

    /// <summary>
    /// The WordNet identifiers of the classes in the same order, for pretrained networks that carry them; otherwise empty.
    /// </summary>
    public IReadOnlyList<string> Synsets => _metadata.Synsets;

    /// <summary>How images become input.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>How the classifier was trained; null for a pretrained network as it is.</summary>
    public TrainingSummary? Training { get; }

    /// <summary>The layers of the network as Keras prints them.</summary>
    public ModelSummary Summarize() => _model.Summarize();

    /// <summary>The network itself, for further surgery or for other runtimes.</summary>
    public OnnxModel ToOnnx() => _model;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _latency?.Dispose();
            _throughput?.Dispose();
        }
    }

    /// <summary>The same classifier with another record of its training.</summary>
    internal ImageClassifier WithTraining(TrainingSummary training) => new(
        _model.WithMetadata(ClassifierMetadata.ToEntries(training, Quantization)), _metadata, training, _execution, Quantization);

    /// <summary>Names in quotes, the first twenty of many.</summary>
    internal static string List(IReadOnlyCollection<string> names)
    {
        const int most = 20;
        string listed = string.Join(", ", names.Take(most).Select(name => $"'{name}'"));
        return names.Count <= most ? listed : FormattableString.Invariant($"{listed} and {names.Count - most} more");
    }

    private ImageBatchRunner Latency() => Open(ref _latency, SessionMode.Latency).Runner;

    private ImageBatchRunner Throughput() => Open(ref _throughput, SessionMode.Throughput).Runner;

    private ImageSession Open(ref ImageSession? session, SessionMode mode)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return session ??= Open(mode, _rejection is not null);
        }
    }

    /// <summary>A session whose rows have the probabilities, and the features behind them where they are wanted.</summary>
    private ImageSession Open(SessionMode mode, bool withFeatures) => ImageSession.Open(
        withFeatures ? ClassifierGraph.WithFeatures(_model) : _model,
        new ImageSessionOptions(Preprocessing, _execution, mode, "classifier")
        {
            Output = withFeatures ? ClassifierGraph.JoinedOutput : ClassifierGraph.ScoreOutput,
        });
}
