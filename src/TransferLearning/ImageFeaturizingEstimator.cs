using Microsoft.ML;
using TransferLearning.Onnx;

namespace TransferLearning.MLNet;

/// <summary>Turns a column of images into a column of features: a vector of floats for any ML.NET trainer.</summary>
/// <remarks>
/// Safe for use from many threads. Nothing is learned from the data; fitting loads the network, and fetches its weights where they are not
/// at hand. Trainers that make several passes over the data keep the features in memory by themselves; where one does not, put
/// <c>AppendCacheCheckpoint</c> behind.
/// </remarks>
public sealed class ImageFeaturizingEstimator : IEstimator<ImageTransformer>
{
    private readonly MLContext _context;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Backbone _backbone;
    private readonly ImageFeaturizationOptions _options;

    internal ImageFeaturizingEstimator(
        MLContext context, string outputColumnName, string inputColumnName, Backbone backbone, ImageFeaturizationOptions options)
    {
        _context = context;
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _backbone = backbone;
        _options = options;
    }

    /// <summary>Loads the network.</summary>
    /// <param name="input">Rows with the column of images; only the schema is looked at.</param>
    /// <returns>The transformer, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    /// <exception cref="OnnxGraphException">The features of the network cannot be told, or its preprocessing does not fit it.</exception>
    /// <exception cref="WeightDownloadException">The weights are not cached and cannot be fetched.</exception>
    public ImageTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var image = ImageColumn.Of(input.Schema, _inputColumnName);
        var model = Synchronous.Run(() => _backbone.LoadAsync(_options.Weights), CancellationToken.None).WithoutTop(_options.Pooling);
        var network = new PipelineNetwork(model, OnnxModel.FeaturesName, _backbone.Preprocessing, _options.Execution);
        return ImageTransformer.Featurizer(_context, image, _outputColumnName, network);
    }

    /// <summary>The shape of the input with the features behind.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Of(inputSchema, _inputColumnName);
        return AddedColumns.Features(_context, inputSchema, _outputColumnName);
    }
}
