using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Sees the layers in the nodes of a graph. A node with weights or with a structural part begins a layer; a node where branches of
/// different layers meet begins one too; everything else belongs to the layer that feeds it.
/// </summary>
internal sealed class LayerFolding
{
    /// <summary>
    /// What depends on the input through no layer: the input itself and, say, a transposition before the first convolution.
    /// </summary>
    private const int NoLayer = -1;

    private readonly GraphIndex _index;
    private readonly List<LayerParts> _layers = [];
    private readonly Dictionary<string, int> _layerOf = new(StringComparer.Ordinal);

    /// <summary>
    /// What is made beside the signal and feeds no layer: shapes computed along the way, and the answer drawn from the scores (the position
    /// of the greatest, and the name that it picks).
    /// </summary>
    private readonly HashSet<string> _aside = new(StringComparer.Ordinal);

    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    private LayerFolding(GraphIndex index) => _index = index;

    public static IReadOnlyList<OnnxLayer> Fold(GraphIndex index)
    {
        var folding = new LayerFolding(index);
        foreach (var input in index.Inputs)
            folding._layerOf[input.Name] = NoLayer;
        foreach (int i in index.DynamicNodes)
            folding.Add(i, index.Graph.Node[i]);
        return [.. folding._layers.Select(folding.Finish)];
    }

    private void Add(int nodeIndex, NodeProto node)
    {
        string[] inputs = [.. _index.DynamicInputs(node)];
        string[] data = [.. inputs.Where(input => !_aside.Contains(input))];
        bool isAside = data.Length == 0 || node.Is("Shape") || node.Is("Size") || node.Is("ArgMax") || node.Is("ArgMin");
        int[] feeding = [.. (data.Length > 0 ? data : inputs).Select(input => _layerOf[input]).Distinct()];
        var (trained, statistics) = NodeWeights.Of(_index, node);

        int layer;
        if (isAside)
            layer = feeding.Max();
        else if (trained.Count + statistics.Count > 0)
            layer = IsBiasOfLayer(node, feeding) ? feeding[0] : Begin(KindOfWeighted(node, trained));
        else if (IsStructural(node) && !FlattensPooled(node, feeding))
            layer = Begin(KindOfStructural(node));
        else
            layer = feeding is [var single] ? single : Begin(KindOfMerge(node));

        foreach (string output in node.Output)
        {
            _layerOf[output] = layer;
            if (isAside)
                _aside.Add(output);
        }

        if (layer == NoLayer)
            return;
        _layers[layer].Nodes.Add(nodeIndex);
        if (!isAside)
            _layers[layer].Output = node.Output[0];
        _layers[layer].Weights.AddRange(trained);
        _layers[layer].Statistics.AddRange(statistics);
    }

    private OnnxLayer Finish(LayerParts parts)
    {
        long Count(IEnumerable<ConstantTensor> weights) => weights.Where(weight => _counted.Add(weight.Name)).Sum(weight => weight.Count);

        long trained = Count(parts.Weights), statistics = Count(parts.Statistics);
        var first = _index.Graph.Node[parts.Nodes[0]];
        return new OnnxLayer(
            first.Name.Length > 0 ? first.Name : first.Output[0],
            parts.Kind,
            parts.Output,
            [.. parts.Weights.Select(weight => weight.Name).Distinct()],
            [.. parts.Statistics.Select(weight => weight.Name).Distinct()],
            trained + statistics,
            statistics)
        {
            Nodes = parts.Nodes,
        };
    }

    private int Begin(string kind)
    {
        _layers.Add(new LayerParts(kind));
        return _layers.Count - 1;
    }

    /// <summary>A bias that an exporter wrote as its own addition belongs to the layer whose product it completes.</summary>
    private bool IsBiasOfLayer(NodeProto node, int[] feeding) =>
        node.Is("Add") && feeding is [>= 0 and var layer] && _index.DynamicInputs(node).ToArray() is [var input] &&
        _index.ProducerNode(input) is { } producer && (producer.Is("MatMul") || producer.Is("Conv") || producer.Is("Mul")) &&
        _layers[layer].Weights.Count > 0 && _index.Consumers(input).Count == 1;

    /// <summary>Global pooling gives one position; that it is then flattened is no layer of its own.</summary>
    private bool FlattensPooled(NodeProto node, int[] feeding) =>
        OperatorKinds.IsReshape(node) && feeding is [>= 0 and var layer] &&
        _layers[layer].Kind.StartsWith("Global", StringComparison.Ordinal);

    private static bool IsStructural(NodeProto node) =>
        OperatorKinds.IsReshape(node) || OperatorKinds.IsWindowPool(node) || OperatorKinds.IsGlobalPool(node) ||
        OperatorKinds.IsReduction(node) ||
        (node.IsStandard && node.OpType is "Dropout" or "Concat" or "Pad" or "Transpose" or "Resize" or "Upsample" or "LRN"
            or "DepthToSpace" or "SpaceToDepth" or "Split" or "Slice");

    private static string KindOfWeighted(NodeProto node, IReadOnlyList<ConstantTensor> weights) => node.OpType switch
    {
        "Conv" => KindOfConvolution(node, weights),
        "ConvTranspose" => $"Conv{SpatialRank(weights)}DTranspose",
        "Gemm" or "MatMul" => "Dense",
        "Mul" or "Div" => "Scale",
        "Add" or "Sub" or "Sum" => "Bias",
        "Gather" => "Embedding",
        "PRelu" => "PReLU",
        "Concat" => "Concatenate",
        _ => node.OpType,
    };

    private static string KindOfConvolution(NodeProto node, IReadOnlyList<ConstantTensor> weights)
    {
        long groups = node.Int("group", 1);
        bool isDepthwise = groups > 1 && weights[0].Dimensions is [_, 1, ..];
        return $"{(isDepthwise ? "Depthwise" : "")}Conv{SpatialRank(weights)}D";
    }

    private static int SpatialRank(IReadOnlyList<ConstantTensor> weights) => Math.Max(1, weights[0].Dimensions.Count - 2);

    private static string KindOfStructural(NodeProto node) => node.OpType switch
    {
        "MaxPool" => "MaxPooling2D",
        "AveragePool" => "AveragePooling2D",
        "GlobalAveragePool" or "ReduceMean" => "GlobalAveragePooling2D",
        "GlobalMaxPool" or "ReduceMax" => "GlobalMaxPooling2D",
        "Concat" => "Concatenate",
        "Pad" => "ZeroPadding2D",
        "Transpose" => "Permute",
        "Resize" or "Upsample" => "UpSampling2D",
        _ => node.OpType,
    };

    private static string KindOfMerge(NodeProto node) => node.OpType switch
    {
        "Sum" => "Add",
        "Mul" => "Multiply",
        "Sub" => "Subtract",
        "Max" => "Maximum",
        "Min" => "Minimum",
        "MatMul" => "Dot",
        _ => node.OpType,
    };

    private sealed class LayerParts(string kind)
    {
        public string Kind { get; } = kind;

        public List<int> Nodes { get; } = [];

        public List<ConstantTensor> Weights { get; } = [];

        public List<ConstantTensor> Statistics { get; } = [];

        public string Output { get; set; } = "";
    }
}
