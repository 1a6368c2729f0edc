using Microsoft.ML;
using TransferLearning.Onnx;

namespace TransferLearning.MLNet;

/// <summary>Turns a column of images into a column of features: a vector of floats for any ML.NET trainer.</summary>
/// <remarks>
/// Safe for use from many threads. Nothing is learned from the data; fitting loads the network, and downloads its weights where they are
/// not cached. Trainers that make several passes over the data keep the features in memory by themselves; where one does not, append
/// <c>AppendCacheCheckpoint</c>.
/// </remarks>
public sealed class ImageFeaturizingEstimator : IEstimator<ImageTransformer>
{
    private readonly MLContext _context;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Backbone _backbone;
    private readonly ImageFeaturizationOptions _options;
    private readonly IProgress<TransferProgress>? _progress;
    private readonly CancellationToken _cancellationToken;

    internal ImageFeaturizingEstimator(
        MLContext context,
        string outputColumnName,
        string inputColumnName,
        Backbone backbone,
        ImageFeaturizationOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        _context = context;
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _backbone = backbone;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Loads the network.</summary>
    /// <param name="input">Rows with the column of images; only the schema is read.</param>
    /// <returns>The transformer, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    /// <exception cref="OnnxGraphException">The features of the network cannot be found, or its preprocessing does not fit it.</exception>
    /// <exception cref="WeightDownloadException">The weights are not cached and cannot be downloaded.</exception>
    /// <exception cref="OperationCanceledException">The download was stopped.</exception>
    public ImageTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var image = ImageColumn.Of(input.Schema, _inputColumnName);
        var model = Synchronous
            .Run(() => _backbone.LoadAsync(_options.Weights, _progress, _cancellationToken), _cancellationToken)
            .WithoutTop(_options.Pooling);
        var network = new PipelineNetwork(model, OnnxModel.FeaturesName, _backbone.Preprocessing, _options.Execution);
        return new ImageTransformer(
            _context, new NetworkColumns(image, network, [new NetworkColumn.Numbers(_outputColumnName, network.RowLength)]));
    }

    /// <summary>The shape of the input with the features added.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Of(inputSchema, _inputColumnName);
        return AddedColumns.Features(_context, inputSchema, _outputColumnName);
    }
}
