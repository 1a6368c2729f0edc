using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A finished image classifier: predict, evaluate, save as one ONNX file, load again.</summary>
/// <remarks>
/// Safe for use from many threads. Dispose it when it is no longer needed: predictions that are under way finish, later ones throw
/// <see cref="ObjectDisposedException"/>. Native sessions are created at the first prediction.
/// </remarks>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly OnnxModel _model;
    private readonly ModelMetadata _metadata;
    private readonly ExecutionOptions _execution;
    private readonly Lock _lock = new();
    private ClassifierSession? _latency;
    private ClassifierSession? _throughput;
    private bool _disposed;

    internal ImageClassifier(
        OnnxModel model, ModelMetadata metadata, TrainingSummary? training, ExecutionOptions? execution, QuantizationSummary? quantization = null)
    {
        _model = model;
        _metadata = metadata;
        _execution = execution ?? ExecutionOptions.Default;
        _execution.ThrowIfInvalid(nameof(execution));
        Preprocessing = metadata.Preprocessing ?? throw new ArgumentException("The metadata have no preprocessing.", nameof(metadata));
        Training = training;
        Quantization = quantization;
    }

    /// <summary>The class names, in the order of the probabilities.</summary>
    public IReadOnlyList<string> Labels => _metadata.Labels;

    /// <summary>The WordNet identifiers of the classes in the same order, for pretrained networks that carry them; otherwise empty.</summary>
    public IReadOnlyList<string> Synsets => _metadata.Synsets;

    /// <summary>How images become input.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>How the classifier was trained; null for a pretrained network as it is.</summary>
    public TrainingSummary? Training { get; }

    /// <summary>Loads a classifier that <see cref="Save"/> has written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">
    /// The file is no ONNX model, is damaged, of a later format version, or not a finished classifier (a backbone is used through
    /// <see cref="TransferLearner.From"/>).
    /// </exception>
    public static ImageClassifier Load(string path, ExecutionOptions? execution = null) => Finished(OnnxModel.Load(path), path, execution);

    /// <summary>
    /// Takes a classifier that is in memory, for instance one that came from a database or is part of a program: the way back from
    /// <see cref="ToOnnx"/>. The content of a file becomes a model with <see cref="OnnxModel.Parse"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">The model is of a later format version, or not a finished classifier.</exception>
    public static ImageClassifier FromOnnx(OnnxModel model, ExecutionOptions? execution = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Finished(model, "model", execution);
    }

    private static ImageClassifier Finished(OnnxModel model, string name, ExecutionOptions? execution)
    {
        if (!IsFinished(model))
        {
            throw new OnnxGraphException(
                $"'{name}' is not a finished classifier: it has no output '{ClassifierGraph.ScoreOutput}' or no labels and preprocessing in its metadata. " +
                $"To use a pretrained network, take {nameof(TransferLearner)}.{nameof(TransferLearner.From)}({nameof(Backbone)}.{nameof(Backbone.FromFile)}(path)).Classifier().");
        }

        return FromFinished(model, name, preprocessing: null, execution);
    }

    /// <summary>Says what is on an image in a file.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, or is not an image that can be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public Prediction Predict(string path) => Predict(ImageSource.FromFile(path));

    /// <summary>Says what is on an image in memory.</summary>
    /// <param name="encoded">The content of an image file, for instance of a JPEG.</param>
    /// <param name="name">What error messages call the image.</param>
    /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public Prediction Predict(ReadOnlyMemory<byte> encoded, string name = "image") => Predict(ImageSource.FromBytes(encoded, name));

    /// <summary>Says what is on an image in memory that comes from strangers, or that may be incomplete.</summary>
    /// <param name="encoded">The content of an image file, for instance of a JPEG.</param>
    /// <param name="name">What error messages call the image.</param>
    /// <param name="decoding">What decoding may cost, and whether an incomplete image is good enough.</param>
    /// <exception cref="ArgumentException">The options are out of range; the message lists every violation.</exception>
    /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded within the limits.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public Prediction Predict(ReadOnlyMemory<byte> encoded, string name, ImageDecodeOptions decoding)
    {
        OptionErrors.ThrowIfAny(decoding);
        return Predict(ImageSource.FromPixels(ImageDecoder.Decode(encoded.Span, name, decoding, Preprocessing, onlyTarget: true), name));
    }

    /// <summary>Says what is on an image in a stream, which is read to its end.</summary>
    /// <exception cref="ImageDecodeException">The content is not an image that can be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<Prediction> PredictAsync(Stream stream, string name = "image", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        return Predict(content.GetBuffer().AsMemory(0, (int)content.Length), name);
    }

    /// <summary>Says what is on many images, decoded and computed side by side on all threads.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="undecodable">Whether the first bad image stops the work, or bad images are listed with their error.</param>
    /// <param name="progress">Hears how many images are done.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    /// <returns>One entry for each path, in the same order.</returns>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and <paramref name="undecodable"/> says to stop.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<IReadOnlyList<ImagePrediction>> PredictAsync(
        IReadOnlyList<string> paths,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return await PredictAsync([.. paths.Select(ImageSource.FromFile)], undecodable, progress.Count(TransferStage.Predict, paths.Count), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Measures the classifier on images whose classes are known.</summary>
    /// <param name="images">The images; their classes are matched with <see cref="Labels"/> by name.</param>
    /// <param name="undecodable">Whether the first bad image stops the work, or bad images are left out and listed.</param>
    /// <param name="progress">Hears how many images are done.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    /// <exception cref="DatasetException">
    /// There are no images, or classes that the classifier does not know; the message lists both.
    /// </exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and <paramref name="undecodable"/> says to stop.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<EvaluationResult> EvaluateAsync(
        LabeledImageSet images,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        int[] toLabel = MatchClasses(images);
        var predictions = await PredictAsync([.. images.Select(ImageSource.Of)], undecodable, progress.Count(TransferStage.Evaluate, images.Count), cancellationToken).ConfigureAwait(false);
        return EvaluationResult.Create(images, predictions, toLabel, Labels);
    }

    /// <summary>Writes the classifier as one self-describing ONNX file; an existing file is replaced as a whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; the previous one is intact.</exception>
    public void Save(string path) => _model.Save(path);

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

    /// <summary>True when the model is one that <see cref="Save"/> has written.</summary>
    internal static bool IsFinished(OnnxModel model) =>
        model.Outputs.Any(output => output.Name == ClassifierGraph.ScoreOutput)
        && model.Metadata.ContainsKey(ModelMetadata.LabelsKey)
        && model.Metadata.ContainsKey(ModelMetadata.PreprocessingKey);

    /// <summary>Takes a model of which <see cref="IsFinished"/> is true.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What error messages call it, usually its path.</param>
    /// <param name="preprocessing">Wins over that of the file; null for that of the file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">The model is of a later format version, or its metadata are malformed.</exception>
    internal static ImageClassifier FromFinished(OnnxModel model, string name, ImagePreprocessing? preprocessing, ExecutionOptions? execution)
    {
        // The version comes first: what a later one means by the other entries is not known.
        var (training, quantization) = ClassifierMetadata.Read(model, name);
        var metadata = ModelMetadata.Read(model, name);
        var score = model.Outputs.First(output => output.Name == ClassifierGraph.ScoreOutput);
        if (score.Dimensions is not [_, { } classes] || classes != metadata.Labels.Count)
        {
            throw new OnnxGraphException(FormattableString.Invariant(
                $"The output {score} of '{name}' does not fit its {metadata.Labels.Count} labels: there must be one for each class, in the order of the probabilities."));
        }

        if (preprocessing is not null && preprocessing != metadata.Preprocessing)
        {
            metadata = metadata with { Preprocessing = preprocessing };
            model = model.WithMetadata(metadata.ToEntries());
        }

        return new ImageClassifier(model, metadata, training, execution, quantization);
    }

    private async Task<ImagePrediction[]> PredictAsync(
        ImageSource[] images, UndecodableImages undecodable, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var predictions = new ImagePrediction[images.Length];
        await Throughput().RunAsync(
            images,
            (index, scores) => predictions[index] = new ImagePrediction(images[index].Name, new Prediction(scores, Labels), null),
            undecodable == UndecodableImages.Skip ? (index, error) => predictions[index] = new ImagePrediction(images[index].Name, null, error.Message) : null,
            progress: progress,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return predictions;
    }

    private Prediction Predict(ImageSource image)
    {
        Span<float> scores = Labels.Count <= 1024 ? stackalloc float[Labels.Count] : new float[Labels.Count];
        Latency().Run(image, scores);
        return new Prediction(scores, Labels);
    }

    private int[] MatchClasses(LabeledImageSet images)
    {
        if (images.Count == 0)
            throw new DatasetException($"There are no images in '{images.Name}' to evaluate on.");
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < Labels.Count; i++)
            index.TryAdd(Labels[i], i);
        string[] unknown = [.. images.Classes.Where(name => !index.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            // Where nothing is known, the data set's classes have been listed already.
            string all = unknown.Length == images.Classes.Count ? "" : $" The data set has the classes {List(images.Classes)}.";
            throw new DatasetException(
                $"The classifier does not know the classes {List(unknown)}.{all} It was made for {List(Labels)}. " +
                "Rename the class folders, or evaluate with the data set that the classifier was made for.");
        }

        return [.. images.Classes.Select(name => index[name])];
    }

    internal static string List(IReadOnlyCollection<string> names)
    {
        const int most = 20;
        string listed = string.Join(", ", names.Take(most).Select(name => $"'{name}'"));
        return names.Count <= most ? listed : FormattableString.Invariant($"{listed} and {names.Count - most} more");
    }

    private ImageBatchRunner Latency() => Open(ref _latency, SessionMode.Latency).Runner;

    private ImageBatchRunner Throughput() => Open(ref _throughput, SessionMode.Throughput).Runner;

    private ClassifierSession Open(ref ClassifierSession? session, SessionMode mode)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return session ??= new ClassifierSession(_model, Preprocessing, _execution, mode);
        }
    }
}
