using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>Trains an image classifier on the rows of a view, or takes a pretrained one as it is.</summary>
/// <remarks>
/// <para>
/// Safe for use from many threads. Fitting is <see cref="TransferLearner"/> on the images and classes of the rows; no other columns are
/// read. Images that are not files stay in memory while it trains: the bytes of encoded images, three bytes a pixel of <c>MLImage</c>.
/// </para>
/// <para>
/// The transformer adds five columns, whose names are options: <c>Score</c> (the probabilities of all classes, a vector of floats whose
/// slots are named after the classes; a saved model has no such names), <c>PredictedLabel</c> (the most probable class, a key as every
/// multiclass trainer of ML.NET gives it), <c>PredictedLabelText</c> (its name), <c>TopLabels</c> and <c>TopProbabilities</c> (the most
/// probable classes, best first). The values of the key are the names of the classes, with a number behind where a pretrained network has
/// a name twice.
/// </para>
/// </remarks>
public sealed class ImageClassificationEstimator : IEstimator<ImageTransformer>
{
    private readonly MLContext _context;
    private readonly ImageClassificationOptions _options;
    private readonly IProgress<TransferProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly LabeledRows _rows;

    internal ImageClassificationEstimator(
        MLContext context, ImageClassificationOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        _context = context;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
        _rows = new LabeledRows(options.ImageColumnName, options.LabelColumnName, options.GroupColumnName);
    }

    private bool Trains => _options.Scenario != TransferScenario.Pretrained;

    /// <summary>Trains the classifier.</summary>
    /// <param name="input">The rows to learn from; only their schema is read when nothing is trained.</param>
    /// <returns>The transformer, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="DatasetException">The rows cannot be learned from; the message says why.</exception>
    /// <exception cref="ImageDecodeException">A row has no image, or one cannot be decoded and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The network cannot be used in this scenario.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public ImageTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var image = ImageColumn.Of(input.Schema, _options.ImageColumnName);
        var dataset = Trains ? _rows.Read(input, _options.ValidationSet, _cancellationToken) : null;
        using var classifier = Synchronous.Run(() => FitAsync(dataset), _cancellationToken);
        var network = new PipelineNetwork(
            classifier.ToOnnx(), ClassifierGraph.ScoreOutput, classifier.Preprocessing, _options.Execution);
        return new ImageTransformer(_context, new NetworkColumns(image, network, _options.Columns(classifier.Labels)));
    }

    /// <summary>The shape of the input with the classifier's columns added.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (Trains)
            _rows.Check(inputSchema);
        else
            ImageColumn.Of(inputSchema, _options.ImageColumnName);
        return AddedColumns.Classifier(_context, inputSchema, _options);
    }

    private Task<ImageClassifier> FitAsync(ImageDataset? dataset)
    {
        var learner = _options.ToLearner();
        return _options.Scenario switch
        {
            TransferScenario.Pretrained => learner.Classifier().CreateAsync(_progress, _cancellationToken),
            TransferScenario.Auto => learner
                .Auto(_options.Advisor, _options.FeatureExtraction, _options.FineTuning)
                .FitAsync(dataset!, _progress, _cancellationToken),
            TransferScenario.FineTuning => learner.FineTuning(_options.FineTuning).FitAsync(dataset!, _progress, _cancellationToken),
            _ => learner.FeatureExtraction(_options.FeatureExtraction).FitAsync(dataset!, _progress, _cancellationToken),
        };
    }
}
