using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>Trains an image classifier on the rows of a view, or takes a pretrained one as it is.</summary>
/// <remarks>
/// <para>
/// Safe for use from many threads. Fitting is <see cref="TransferLearner"/> on the paths and classes of the rows; no other columns are read.
/// </para>
/// <para>
/// The transformer adds <c>Score</c> (the probabilities of all classes, a vector of floats whose slots are named after the classes;
/// a saved model has no such names), <c>PredictedLabel</c> (the name of the most probable class, text), <c>TopLabels</c> and
/// <c>TopProbabilities</c> (the most probable classes, best first).
/// </para>
/// </remarks>
public sealed class ImageClassificationEstimator : IEstimator<ImageTransformer>
{
    private readonly MLContext _context;
    private readonly ImageClassificationOptions _options;
    private readonly LabeledRows _rows;

    internal ImageClassificationEstimator(MLContext context, ImageClassificationOptions options)
    {
        options.ThrowIfInvalid(nameof(options));
        _context = context;
        _options = options;
        _rows = new LabeledRows(options.ImageColumnName, options.LabelColumnName);
    }

    private bool Trains => _options.Scenario != TransferScenario.Pretrained;

    /// <summary>Trains the classifier.</summary>
    /// <param name="input">The rows to learn from; only their schema is looked at when nothing is trained.</param>
    /// <returns>The transformer, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="DatasetException">The rows cannot be learned from; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The network cannot be used in this scenario.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped by the token of the options.</exception>
    public ImageTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var image = ImageColumn.Of(input.Schema, _options.ImageColumnName);
        var dataset = Trains ? _rows.Read(input, _options.ValidationSet) : null;
        using var classifier = Synchronous.Run(() => FitAsync(dataset), _options.CancellationToken);
        var network = new PipelineNetwork(classifier.ToOnnx(), ClassifierColumns.Score, classifier.Preprocessing, _options.Execution);
        return ImageTransformer.Classifier(_context, image, network, classifier.Labels, Math.Min(_options.Top, classifier.Labels.Count));
    }

    /// <summary>The shape of the input with the classifier's columns behind.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (Trains)
            _rows.Check(inputSchema);
        else
            ImageColumn.Of(inputSchema, _options.ImageColumnName);
        return AddedColumns.Classifier(_context, inputSchema);
    }

    private Task<ImageClassifier> FitAsync(ImageDataset? dataset)
    {
        var learner = _options.ToLearner();
        return _options.Scenario switch
        {
            TransferScenario.Pretrained => learner.Classifier().CreateAsync(_options.Progress, _options.CancellationToken),
            TransferScenario.Auto => learner
                .Auto(_options.Advisor, _options.FeatureExtraction, _options.FineTuning)
                .FitAsync(dataset!, _options.Progress, _options.CancellationToken),
            TransferScenario.FineTuning => learner.FineTuning(_options.FineTuning).FitAsync(dataset!, _options.Progress, _options.CancellationToken),
            _ => learner.FeatureExtraction(_options.FeatureExtraction).FitAsync(dataset!, _options.Progress, _options.CancellationToken),
        };
    }
}
