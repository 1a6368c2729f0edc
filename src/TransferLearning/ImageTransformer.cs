using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Onnx;

namespace TransferLearning.MLNet;

/// <summary>Adds columns to rows with images: their features, or what a classifier says about them.</summary>
/// <remarks>
/// <para>
/// Safe for use from many threads. <see cref="Transform"/> computes nothing: rows are computed when a cursor runs over them and asks for one
/// of the new columns, in small batches on all threads, in the order of the rows, with memory that does not depend on their number.
/// </para>
/// <para>
/// <see cref="MLContext.Model"/> saves it as a chain of ML.NET's own components, with the network inside. A process that loads such a model
/// needs the assembly of this library beside the application, since the images are prepared by it, but need not name any of its types.
/// The loaded chain computes one row at a time and gives the same numbers up to the rounding of single precision
/// (see docs/adr/0005-mlnet-saved-models.md).
/// </para>
/// <para>Dispose it when it is no longer needed: rows under way finish, later ones throw <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed class ImageTransformer : ITransformer, IDisposable
{
    private readonly MLContext _context;
    private readonly SavedClassifier? _classifier;

    private ImageTransformer(
        MLContext context, ImageColumn input, PipelineNetwork network, IReadOnlyList<NetworkColumn> columns, SavedClassifier? classifier)
    {
        _context = context;
        InputColumnName = input.Name;
        Kind = input.Kind;
        Network = network;
        Columns = columns;
        _classifier = classifier;
    }

    /// <summary>The column of images.</summary>
    public string InputColumnName { get; }

    /// <summary>The names of the columns that are added, in their order.</summary>
    public IReadOnlyList<string> OutputColumnNames => [.. Columns.Select(column => column.Name)];

    /// <summary>True: every row is computed by itself.</summary>
    public bool IsRowToRowMapper => true;

    internal ImageKind Kind { get; }

    internal PipelineNetwork Network { get; }

    internal IReadOnlyList<NetworkColumn> Columns { get; }

    /// <summary>
    /// The network itself. Of a classifier it is the finished model, whose file
    /// <see cref="ImageClassifier.Load(string, ExecutionOptions?)"/> reads; of a featurizer it
    /// is the backbone without its top.
    /// </summary>
    public OnnxModel ToOnnx() => Network.Model;

    /// <summary>The schema of the input with the new columns behind.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ImageColumn.Of(inputSchema, InputColumnName);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in Columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>The rows of the input with the new columns beside, computed as they are read.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ImageDataView(input, this);
    }

    /// <summary>Computes single rows.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new ImageRowMapper(inputSchema, this);

    /// <summary>Frees the native sessions after the runs that are under way.</summary>
    public void Dispose() => Network.Dispose();

    /// <summary>Writes the equivalent chain of ML.NET's own components.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        using var chain = StockChain.Create(_context, this, _classifier);
        chain.Save(ctx);
    }

    internal static ImageTransformer Featurizer(MLContext context, ImageColumn input, string outputColumnName, PipelineNetwork network) =>
        new(context, input, network, [new NetworkColumn.Numbers(outputColumnName, network.RowLength)], null);

    internal static ImageTransformer Classifier(
        MLContext context, ImageColumn input, PipelineNetwork network, IReadOnlyList<string> labels, int top) =>
        new(
            context,
            input,
            network,
            [
                new NetworkColumn.Numbers(ClassifierColumns.Score, network.RowLength, labels),
                new NetworkColumn.Label(ClassifierColumns.PredictedLabel, labels),
                new NetworkColumn.TopLabels(ClassifierColumns.TopLabels, labels, top),
                new NetworkColumn.TopProbabilities(ClassifierColumns.TopProbabilities, labels, top),
            ],
            new SavedClassifier(labels, top));
}
