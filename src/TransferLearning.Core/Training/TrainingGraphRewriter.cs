using System.Runtime.InteropServices;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>The statistics of a BatchNormalization that trains.</summary>
/// <param name="RunningMean">The initializer that inference normalises with.</param>
/// <param name="RunningVariance">Likewise.</param>
/// <param name="BatchMean">The tensor with the mean of the batch.</param>
/// <param name="BatchVariance">The tensor with the variance of the batch.</param>
/// <param name="Channels">The length of each.</param>
/// <param name="Momentum">The share of the running value that a step keeps.</param>
internal sealed record TrainedNormalization(
    string RunningMean, string RunningVariance, string BatchMean, string BatchVariance, int Channels, float Momentum);

/// <summary>The mask of a Dropout that trains: 0 where an element is dropped, 1 / (1 − ratio) elsewhere.</summary>
internal sealed record DropoutMask(string Name, long[] Dimensions, float Ratio);

/// <summary>
/// Rewrites a graph from how it predicts to how it trains: BatchNormalization takes the statistics of the batch, Dropout drops. Both are
/// left as they predict where they are not asked for; a backbone keeps its running statistics when it is fine-tuned on little data.
/// </summary>
internal sealed class TrainingGraphRewriter
{
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly GraphBuilder _graph;
    private readonly List<TrainedNormalization> _normalizations = [];
    private readonly List<DropoutMask> _masks = [];

    /// <param name="graph">The graph to rewrite in place.</param>
    /// <param name="shapes">The shapes of its tensors.</param>
    public TrainingGraphRewriter(GraphProto graph, IReadOnlyDictionary<string, long[]> shapes)
    {
        _graph = new GraphBuilder(graph, "train/");
        _shapes = shapes;
    }

    /// <summary>The BatchNormalizations that train.</summary>
    public IReadOnlyList<TrainedNormalization> Normalizations => _normalizations;

    /// <summary>The masks that the loop draws for every step; each is an input of the graph.</summary>
    public IReadOnlyList<DropoutMask> Masks => _masks;

    /// <summary>Lets every Dropout drop. The graph may be of any operator set, since later ones do without these nodes.</summary>
    public void DropOut() => Rewrite("Dropout", Drop);

    /// <summary>
    /// Lets every BatchNormalization take the statistics of the batch. The graph is of set <see cref="BackwardPass.Opset"/>.
    /// </summary>
    public void NormalizeBatches() => Rewrite("BatchNormalization", Normalize);

    private void Rewrite(string operatorType, Action<NodeProto> append)
    {
        NodeProto[] nodes = [.. _graph.Graph.Node];
        _graph.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (node.OpType == operatorType)
                append(node);
            else
                _graph.Graph.Node.Add(node);
        }
    }

    /// <summary>
    /// <c>y = (x − mean(x)) / √(var(x) + ε) · scale + bias</c>, mean and (biased) variance over everything but the channel axis
    /// (Ioffe and Szegedy, 2015).
    /// </summary>
    private void Normalize(NodeProto node)
    {
        string x = node.Input[0];
        long[] shape = _shapes[x];
        int channels = (int)shape[1];
        string axes = _graph.Int64s([.. Enumerable.Range(0, shape.Length).Where(axis => axis != 1).Select(axis => (long)axis)]);
        var keep = GraphBuilder.Attribute("keepdims", 1L);
        string mean = _graph.Add("ReduceMean", [x, axes], keep);
        string centered = _graph.Minus(x, mean);
        string variance = _graph.Add("ReduceMean", [_graph.Times(centered, centered), axes], keep);
        string deviation = _graph.Add("Sqrt", [_graph.Plus(variance, _graph.Scalar(node.Float("epsilon", 1e-5f)))]);
        string scaled = _graph.Times(_graph.Over(centered, deviation), PerChannel(node.Input[1], shape.Length));
        _graph.AddNamed(node.Output[0], "Add", [scaled, PerChannel(node.Input[2], shape.Length)]);
        _normalizations.Add(new TrainedNormalization(
            node.Input[3],
            node.Input[4],
            _graph.Reshape(mean, channels),
            _graph.Reshape(variance, channels),
            channels,
            node.Float("momentum", 0.9f)));
    }

    /// <summary>[C] → [C, 1, …], which broadcasts over [N, C, …].</summary>
    private string PerChannel(string vector, int rank)
    {
        if (rank == 2)
            return vector;
        long[] shape = new long[rank - 1];
        Array.Fill(shape, 1);
        shape[0] = -1;
        return _graph.Reshape(vector, shape);
    }

    private void Drop(NodeProto node)
    {
        long[] shape = _shapes[node.Input[0]];
        string mask = _graph.Unique("mask");
        _graph.Input(mask, TensorProto.Types.DataType.Float, [.. shape]);
        _graph.AddNamed(node.Output[0], "Mul", [node.Input[0], mask]);
        _masks.Add(new DropoutMask(mask, shape, Ratio(node)));
    }

    /// <summary>Since operator set 12 the ratio is an input.</summary>
    private float Ratio(NodeProto node)
    {
        if (node.Input.Count < 2 || node.Input[1].Length == 0)
            return node.Float("ratio", 0.5f);
        var tensor = _graph.Graph.Initializer.FirstOrDefault(candidate => candidate.Name == node.Input[1])
            ?? throw new OnnxGraphException($"The ratio of {node.Describe()} is not a constant.");
        return tensor.RawData.Length > 0 ? MemoryMarshal.Read<float>(tensor.RawData.Span) : tensor.FloatData[0];
    }
}
