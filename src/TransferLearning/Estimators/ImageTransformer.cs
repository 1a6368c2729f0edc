using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Onnx;

namespace TransferLearning.MLNet;

/// <summary>Adds columns to rows with images: their features, or the result of a classifier.</summary>
/// <remarks>
/// <para>
/// Safe for use from many threads. <see cref="Transform"/> computes nothing: rows are computed when a cursor reads one of the new columns,
/// in small batches on all threads, in the order of the rows, with memory that does not depend on their number.
/// </para>
/// <para>
/// <see cref="MLContext.Model"/> saves it as a chain of ML.NET's own components, with the network inside. A process that loads such a model
/// needs the assembly of this library beside the application, since the images are prepared by it, but need not name any of its types.
/// The loaded chain computes one row at a time and gives the same numbers up to the rounding of single precision
/// (see docs/adr/0005-mlnet-saved-models.md).
/// </para>
/// <para>Dispose it when it is no longer needed: cursors in use finish, later ones throw <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed class ImageTransformer : ITransformer, IDisposable
{
    private readonly MLContext _context;
    private readonly NetworkColumns _columns;

    internal ImageTransformer(MLContext context, NetworkColumns columns) => (_context, _columns) = (context, columns);

    /// <summary>The column of images.</summary>
    public string InputColumnName => _columns.Input.Name;

    /// <summary>The names of the columns that are added, in their order.</summary>
    public IReadOnlyList<string> OutputColumnNames => [.. _columns.Outputs.Select(column => column.Name)];

    /// <summary>True: every row is computed independently.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>
    /// The network itself. Of a classifier it is the finished model, whose file
    /// <see cref="ImageClassifier.Load(string, ExecutionOptions?)"/> reads; of a featurizer it is the backbone without its top.
    /// </summary>
    public OnnxModel ToOnnx() => _columns.Network.Model;

    /// <summary>The schema of the input with the new columns added.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _columns.AddTo(inputSchema);

    /// <summary>The rows of the input with the new columns, computed as they are read.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ImageDataView(input, _columns);
    }

    /// <summary>Computes single rows.</summary>
    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new ImageRowMapper(inputSchema, _columns);

    /// <summary>Frees the native sessions after the runs in progress.</summary>
    public void Dispose() => _columns.Network.Dispose();

    /// <summary>Writes the equivalent chain of ML.NET's own components.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        using var chain = StockChain.Create(_context, _columns);
        chain.Save(ctx);
    }
}
