using TransferLearning.Onnx;

namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>Loads a classifier that <see cref="Save(string)"/> has written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">
    /// The file is not an ONNX model, is damaged, has a later format version, or is not a finished classifier (a backbone is used through
    /// <see cref="TransferLearner.From"/>).
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ImageClassifier Load(string path, ExecutionOptions? execution = null) => Finished(OnnxModel.Load(path), path, execution);

    /// <summary>Loads a classifier from a stream, which is read to its end and stays open.</summary>
    /// <param name="stream">The content of the file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">As for <see cref="Load(string, ExecutionOptions?)"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read, or has 2 GB or more.</exception>
    public static ImageClassifier Load(Stream stream, ExecutionOptions? execution = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return Parse(content, execution);
    }

    /// <summary>Loads a classifier without blocking the calling thread.</summary>
    /// <param name="path">The file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call before the file is opened.</param>
    /// <inheritdoc cref="Load(string, ExecutionOptions?)" path="/exception"/>
    public static Task<ImageClassifier> LoadAsync(
        string path, ExecutionOptions? execution = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Load(path, execution), cancellationToken);
    }

    /// <summary>Loads a classifier from a stream, which is read to its end and stays open, without blocking the calling thread.</summary>
    /// <param name="stream">The content of the file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <inheritdoc cref="Load(Stream, ExecutionOptions?)" path="/exception"/>
    public static async Task<ImageClassifier> LoadAsync(
        Stream stream, ExecutionOptions? execution = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Parse(content, execution), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a classifier of a model in memory: the reverse of <see cref="ToOnnx"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">The model has a later format version, or is not a finished classifier.</exception>
    public static ImageClassifier FromOnnx(OnnxModel model, ExecutionOptions? execution = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Finished(model, "model", execution);
    }

    /// <summary>Writes the classifier as one self-describing ONNX file; an existing file is replaced as a whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied; the previous one is intact.</exception>
    public void Save(string path) => _model.Save(path);

    /// <summary>Writes the classifier to a stream, the content of the same file; the stream stays open.</summary>
    /// <param name="stream">Receives the content.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _model.Save(stream);
    }

    /// <summary>Writes the classifier as <see cref="Save(string)"/> does, without blocking the calling thread.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="cancellationToken">Cancels the call before the file is written.</param>
    /// <inheritdoc cref="Save(string)" path="/exception"/>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Save(path), cancellationToken);
    }

    /// <summary>Writes the classifier to a stream, which stays open, without blocking the calling thread.</summary>
    /// <param name="stream">Receives the content.</param>
    /// <param name="cancellationToken">Cancels writing; the stream then has a part of the content.</param>
    /// <inheritdoc cref="Save(Stream)" path="/exception"/>
    public async Task SaveAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] content = await Task.Run(_model.ToBytes, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True for a model that <see cref="Save(string)"/> has written.</summary>
    internal static bool IsFinished(OnnxModel model) =>
        model.Outputs.Any(output => output.Name == ClassifierGraph.ScoreOutput)
        && model.Metadata.ContainsKey(ModelMetadata.LabelsKey)
        && model.Metadata.ContainsKey(ModelMetadata.PreprocessingKey);

    /// <summary>Makes a classifier of a model for which <see cref="IsFinished"/> is true.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The name of the model in error messages, usually its path.</param>
    /// <param name="preprocessing">Replaces that of the file; null for that of the file.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">The model has a later format version, or its metadata are malformed.</exception>
    internal static ImageClassifier FromFinished(
        OnnxModel model, string name, ImagePreprocessing? preprocessing, ExecutionOptions? execution)
    {
        // The version is read first: the meaning of the other entries of a later version is not known.
        var (training, quantization) = ClassifierMetadata.Read(model, name);
        var metadata = ModelMetadata.Read(model, name);
        var score = model.Outputs.First(output => output.Name == ClassifierGraph.ScoreOutput);
        if (score.Dimensions is not [_, { } classes] || classes != metadata.Labels.Count)
        {
            throw new OnnxGraphException(FormattableString.Invariant(
                $"The output {score} of '{name}' does not match its {metadata.Labels.Count} labels: ") +
                "there must be one for each class, in the order of the probabilities.");
        }

        if (preprocessing is not null && preprocessing != metadata.Preprocessing)
        {
            metadata = metadata with { Preprocessing = preprocessing };
            model = model.WithMetadata(metadata.ToEntries());
        }

        var rejection = RejectionRule.Parse(model.Metadata.GetValueOrDefault(RejectionRule.Key), name);
        return new ImageClassifier(model, metadata, training, execution, quantization, rejection);
    }

    private static ImageClassifier Parse(MemoryStream content, ExecutionOptions? execution) =>
        Finished(OnnxModel.Parse(content.GetBuffer().AsSpan(0, (int)content.Length), "stream"), "stream", execution);

    private static ImageClassifier Finished(OnnxModel model, string name, ExecutionOptions? execution)
    {
        if (!IsFinished(model))
        {
            throw new OnnxGraphException(
                $"'{name}' is not a finished classifier: it has no output '{ClassifierGraph.ScoreOutput}' or no labels and preprocessing " +
                $"in its metadata. To use a pretrained network, call {nameof(TransferLearner)}.{nameof(TransferLearner.From)}(" +
                $"{nameof(Backbone)}.{nameof(Backbone.FromFile)}(path)).Classifier().");
        }

        return FromFinished(model, name, preprocessing: null, execution);
    }
}
