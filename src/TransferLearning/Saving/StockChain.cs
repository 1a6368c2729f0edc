using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace TransferLearning.MLNet;

/// <summary>
/// The chain of ML.NET's own components that a saved model consists of: a custom mapping of this library resizes the image, ExtractPixels
/// makes numbers of it, and OnnxTransformer, which stores the network in the model, normalizes and computes it.
/// </summary>
/// <remarks>The network is in a file until the chain is disposed: given as a stream, ML.NET would leave such a file behind.</remarks>
internal sealed class StockChain : IDisposable
{
    /// <summary>ONNX allows deeply nested messages; this is the default of the transformer.</summary>
    private const int RecursionLimit = 100;

    private readonly string _folder;
    private readonly TransformerChain<ITransformer> _chain;

    private StockChain(string folder, TransformerChain<ITransformer> chain) => (_folder, _chain) = (folder, chain);

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
    /// <param name="columns">The columns that the chain computes.</param>
    public static StockChain Create(MLContext context, NetworkColumns columns)
    {
        string folder = Directory.CreateTempSubdirectory("transferlearning-").FullName;
        try
        {
            string file = Path.Combine(folder, "network.onnx");
            var network = columns.Network;
            StandaloneGraph.Create(network.Model, network.Output, network.RowLength, network.Preprocessing).Save(file);
            var chain = Steps(context, columns, file).Aggregate(new EstimatorChain<ITransformer>(), (chain, step) => chain.Append(step));
            return new StockChain(folder, chain.Fit(Empty(context, columns.Input)));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static List<IEstimator<ITransformer>> Steps(MLContext context, NetworkColumns columns, string file)
    {
        var transforms = context.Transforms;
        var preprocessing = columns.Network.Preprocessing;
        List<string> between =
        [
            SavedColumns.Source, SavedColumns.Key, SavedColumns.Preprocessing, SavedColumns.Image, SavedColumns.Pixels, SavedColumns.Output,
        ];
        List<IEstimator<ITransformer>> steps =
        [
            transforms.CopyColumns(SavedColumns.Source, columns.Input.Name),
            transforms.CustomMapping(new KeyMapping().GetMapping(), SavedMappings.Key),
            Constant(context, SavedColumns.Preprocessing, preprocessing.ToJson()),
            Resized(context, columns.Input.Kind),

            // Of the right size already: this step gives the column a type with a size, which the next one requires.
            transforms.ResizeImages(
                SavedColumns.Image, preprocessing.Width, preprocessing.Height, resizing: ImageResizingEstimator.ResizingKind.Fill),
            Pixels(context, preprocessing),
            transforms.ApplyOnnxModel(
                [SavedColumns.Output], [SavedColumns.Pixels], file, new Dictionary<string, int[]>(), recursionLimit: RecursionLimit),
        ];
        if (columns.Outputs.OfType<NetworkColumn.TopLabels>().FirstOrDefault() is { } top)
        {
            steps.Add(Constant(context, SavedColumns.Labels, ModelMetadata.StringsToJson(top.Labels)));
            steps.Add(Constant(context, SavedColumns.Top, top.Count));
            steps.Add(transforms.CustomMapping(new PredictionMapping().GetMapping(), SavedMappings.Prediction));
            between.AddRange(
            [
                SavedColumns.Labels, SavedColumns.Top, SavedColumns.PredictedKey, SavedColumns.PredictedText, SavedColumns.TopLabels,
                SavedColumns.TopProbabilities,
            ]);
        }

        steps.AddRange(columns.Outputs.Select(column => Output(context, column)));
        steps.Add(transforms.DropColumns([.. between]));
        return steps;
    }

    private static ValueMappingEstimator<int, T> Constant<T>(MLContext context, string column, T value) =>
        context.Transforms.Conversion.MapValue(column, [new KeyValuePair<int, T>(SavedColumns.KeyValue, value)], SavedColumns.Key);

    private static IEstimator<ITransformer> Resized(MLContext context, ImageKind kind) => kind switch
    {
        ImageKind.Path => context.Transforms.CustomMapping(new PathMapping().GetMapping(), SavedMappings.Path),
        ImageKind.Bytes => context.Transforms.CustomMapping(new BytesMapping().GetMapping(), SavedMappings.Bytes),
        _ => context.Transforms.CustomMapping(new ImageMapping().GetMapping(), SavedMappings.Image),
    };

    private static ImagePixelExtractingEstimator Pixels(MLContext context, ImagePreprocessing preprocessing) =>
        context.Transforms.ExtractPixels(
            SavedColumns.Pixels,
            SavedColumns.Image,
            StandaloneGraph.HasMargin(preprocessing) ? ColorBits.All : ColorBits.Rgb,
            preprocessing.ChannelOrder == ChannelOrder.Bgr ? ColorsOrder.ABGR : ColorsOrder.ARGB,
            interleavePixelColors: preprocessing.Layout == TensorLayout.Nhwc);

    /// <summary>The step that gives a column its final name.</summary>
    private static IEstimator<ITransformer> Output(MLContext context, NetworkColumn column) => column switch
    {
        NetworkColumn.PredictedKey key => context.Transforms.Conversion.MapValueToKey(
            key.Name,
            SavedColumns.PredictedKey,
            keyData: context.Data.LoadFromEnumerable(
                NetworkColumn.PredictedKey.ValuesOf(key.Labels).Select(value => new KeyTextRow { Value = value }).ToArray())),
        NetworkColumn.PredictedText => context.Transforms.CopyColumns(column.Name, SavedColumns.PredictedText),
        NetworkColumn.TopLabels => context.Transforms.CopyColumns(column.Name, SavedColumns.TopLabels),
        NetworkColumn.TopProbabilities => context.Transforms.CopyColumns(column.Name, SavedColumns.TopProbabilities),
        _ => context.Transforms.CopyColumns(column.Name, SavedColumns.Output),
    };

    /// <summary>No rows, but a schema to fit the components to, which learn nothing.</summary>
    private static IDataView Empty(MLContext context, ImageColumn input) => input.Kind switch
    {
        ImageKind.Path => Empty<PathRow>(context, input.Name),
        ImageKind.Bytes => Empty<BytesRow>(context, input.Name),
        _ => Empty<ImageRow>(context, input.Name),
    };

    private static IDataView Empty<T>(MLContext context, string name)
        where T : class
    {
        var schema = SchemaDefinition.Create(typeof(T));
        schema.RemoveAll(column => column.ColumnName == SavedColumns.Preprocessing);
        schema[0].ColumnName = name;
        return context.Data.LoadFromEnumerable(Array.Empty<T>(), schema);
    }

    private sealed class KeyTextRow
    {
        public string Value { get; set; } = "";
    }
}
