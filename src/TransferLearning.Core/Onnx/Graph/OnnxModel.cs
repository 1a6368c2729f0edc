using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// An ONNX model as a value: read it, look at it, cut it, give it a new head, write it. Every surgical method returns a new model and
/// leaves this one as it was; the weights are shared, not copied.
/// </summary>
/// <remarks>
/// Safe for use from many threads at once. A model owns no native resource and need not be disposed; what it was made from (a file, bytes,
/// arrays of numbers) may be changed or deleted afterwards.
/// </remarks>
public sealed partial class OnnxModel
{
    private readonly Lazy<GraphIndex> _index;

    internal OnnxModel(ModelProto proto)
    {
        Proto = proto;
        _index = new Lazy<GraphIndex>(() => new GraphIndex(Proto.Graph));
        _layers = new Lazy<IReadOnlyList<OnnxLayer>>(() => LayerFolding.Fold(Index));
    }

    /// <summary>The tensors that the network reads, in the file's order: graph inputs that are not weights.</summary>
    public IReadOnlyList<OnnxTensorInfo> Inputs => [.. Index.Inputs.Select(OnnxTensorInfo.From)];

    /// <summary>The tensors that the network gives, in the file's order.</summary>
    public IReadOnlyList<OnnxTensorInfo> Outputs => [.. Proto.Graph.Output.Select(OnnxTensorInfo.From)];

    /// <summary>The version of the standard operator set that the nodes are written for.</summary>
    public int OpsetVersion => (int)Proto.OpsetImport.Last(import => import.Domain is "" or "ai.onnx").Version;

    /// <summary>What the file says about itself: its <c>metadata_props</c>. Of two entries with one key the last counts.</summary>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get
        {
            var entries = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in Proto.MetadataProps)
                entries[entry.Key] = entry.Value;
            return entries;
        }
    }

    /// <summary>
    /// The number of learned numbers: floats, or the integers of quantized layers, that nodes use as weights, each weight counted once, the
    /// running statistics of batch normalisation included. Limits of clips, scales of resizes and the like are not weights.
    /// </summary>
    public long ParameterCount => Index.Weights.Sum(weight => weight.Count);

    /// <summary>The protobuf message; never changed after this model has been handed out.</summary>
    internal ModelProto Proto { get; }

    /// <summary>Who makes and who reads each tensor; built once, when first asked for.</summary>
    internal GraphIndex Index => _index.Value;

    /// <summary>A copy of this model with entries added to its metadata, replacing those with the same keys.</summary>
    /// <param name="entries">Keys and values; a later one wins over an earlier one with the same key.</param>
    public OnnxModel WithMetadata(IEnumerable<KeyValuePair<string, string>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var copy = Proto.Clone();
        foreach (var (key, value) in entries)
        {
            ArgumentException.ThrowIfNullOrEmpty(key, nameof(entries));
            ArgumentNullException.ThrowIfNull(value, nameof(entries));
            for (int i = copy.MetadataProps.Count - 1; i >= 0; i--)
            {
                if (copy.MetadataProps[i].Key == key)
                    copy.MetadataProps.RemoveAt(i);
            }

            copy.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return new OnnxModel(copy);
    }
}
