using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>
/// The chain of ML.NET's own components that a saved model consists of: the image is brought to size by a custom mapping of this library,
/// ExtractPixels makes numbers of it, and OnnxTransformer, which stores the network in the model, normalises and computes it.
/// </summary>
/// <remarks>The network lies in a file of its own until the chain is disposed: given as a stream, ML.NET would leave such a file behind.</remarks>
internal sealed class StockChain : IDisposable
{
    /// <summary>ONNX allows deeply nested messages; this is what the transformer reads by default.</summary>
    private const int RecursionLimit = 100;

    private readonly string _folder;
    private readonly TransformerChain<ColumnSelectingTransformer> _chain;

    private StockChain(string folder, TransformerChain<ColumnSelectingTransformer> chain) => (_folder, _chain) = (folder, chain);

    /// <summary>Writes the components.</summary>
    public void Save(ModelSaveContext context) => ((ICanSaveModel)_chain).Save(context);

    /// <inheritdoc/>
    public void Dispose()
    {
        _chain.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Builds the chain; the caller disposes it.</summary>
    /// <param name="context">Creates the components.</param>
    /// <param name="transformer">What the chain is to compute.</param>
    /// <param name="classifier">What else a classifier needs; null for features.</param>
    public static StockChain Create(MLContext context, ImageTransformer transformer, SavedClassifier? classifier)
    {
        string folder = Directory.CreateTempSubdirectory("transferlearning-").FullName;
        try
        {
            return new StockChain(folder, Fit(context, transformer, classifier, Path.Combine(folder, "network.onnx")));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static TransformerChain<ColumnSelectingTransformer> Fit(
        MLContext context, ImageTransformer transformer, SavedClassifier? classifier, string file)
    {
        var network = transformer.Network;
        var preprocessing = network.Preprocessing;
        string output = transformer.Columns[0].Name;
        StandaloneGraph.Create(network.Model, network.Output, network.RowLength, preprocessing).Save(file);
        var transforms = context.Transforms;
        var pipeline = transforms.CopyColumns(SavedColumns.Source, transformer.InputColumnName)
            .Append(transforms.CustomMapping(new KeyMapping().GetMapping(), SavedMappings.Key))
            .Append(Constant(context, SavedColumns.Preprocessing, preprocessing.ToJson()))
            .Append(Image(context, transformer.Kind))

            // Of the right size already: the step is there for its type, since what comes next wants to know the size.
            .Append(transforms.ResizeImages(
                SavedColumns.Image, preprocessing.Width, preprocessing.Height, SavedColumns.Image, ImageResizingEstimator.ResizingKind.Fill))
            .Append(Pixels(context, preprocessing))
            .Append(transforms.ApplyOnnxModel(
                [SavedColumns.Output], [SavedColumns.Pixels], file, new Dictionary<string, int[]>(), recursionLimit: RecursionLimit))
            .Append(transforms.CopyColumns(output, SavedColumns.Output));
        IEstimator<ITransformer> complete = pipeline;
        if (classifier is not null)
        {
            complete = pipeline
                .Append(Constant(context, SavedColumns.Labels, ModelMetadata.StringsToJson(classifier.Labels)))
                .Append(Constant(context, SavedColumns.Top, classifier.Top))
                .Append(transforms.CustomMapping(new PredictionMapping().GetMapping(), SavedMappings.Prediction));
        }

        string[] between =
        [
            SavedColumns.Source, SavedColumns.Key, SavedColumns.Preprocessing, SavedColumns.Image, SavedColumns.Pixels, SavedColumns.Output,
            .. classifier is null ? (string[])[] : [SavedColumns.Labels, SavedColumns.Top],
        ];
        return new EstimatorChain<ITransformer>().Append(complete).Append(transforms.DropColumns(between)).Fit(Empty(context, transformer));
    }

    private static ValueMappingEstimator<int, T> Constant<T>(MLContext context, string column, T value) =>
        context.Transforms.Conversion.MapValue(column, [new KeyValuePair<int, T>(SavedColumns.KeyValue, value)], SavedColumns.Key);

    private static IEstimator<ITransformer> Image(MLContext context, ImageKind kind) => kind switch
    {
        ImageKind.Path => context.Transforms.CustomMapping(new PathMapping().GetMapping(), SavedMappings.Path),
        ImageKind.Bytes => context.Transforms.CustomMapping(new BytesMapping().GetMapping(), SavedMappings.Bytes),
        _ => context.Transforms.CustomMapping(new ImageMapping().GetMapping(), SavedMappings.Image),
    };

    private static ImagePixelExtractingEstimator Pixels(MLContext context, ImagePreprocessing preprocessing) => context.Transforms.ExtractPixels(
        SavedColumns.Pixels,
        SavedColumns.Image,
        StandaloneGraph.HasMargin(preprocessing) ? ImagePixelExtractingEstimator.ColorBits.All : ImagePixelExtractingEstimator.ColorBits.Rgb,
        preprocessing.ChannelOrder == ChannelOrder.Bgr
            ? ImagePixelExtractingEstimator.ColorsOrder.ABGR
            : ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        interleavePixelColors: preprocessing.Layout == TensorLayout.Nhwc);

    /// <summary>No rows, but a schema to fit the components to, which learn nothing.</summary>
    private static IDataView Empty(MLContext context, ImageTransformer transformer)
    {
        var schema = SchemaDefinition.Create(transformer.Kind switch
        {
            ImageKind.Path => typeof(PathRow),
            ImageKind.Bytes => typeof(BytesRow),
            _ => typeof(ImageRow),
        });
        schema.RemoveAll(column => column.ColumnName == SavedColumns.Preprocessing);
        schema[0].ColumnName = transformer.InputColumnName;
        return transformer.Kind switch
        {
            ImageKind.Path => context.Data.LoadFromEnumerable(Array.Empty<PathRow>(), schema),
            ImageKind.Bytes => context.Data.LoadFromEnumerable(Array.Empty<BytesRow>(), schema),
            _ => context.Data.LoadFromEnumerable(Array.Empty<ImageRow>(), schema),
        };
    }
}
