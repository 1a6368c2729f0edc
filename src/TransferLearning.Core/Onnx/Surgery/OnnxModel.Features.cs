using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>What the names of the pooling nodes start with that <see cref="WithoutTop"/> appends.</summary>
    internal const string TopPrefix = "top/";

    private Lazy<ClassifierHead?>? _head;

    /// <summary>Looked for once, when first asked for; null where the network has none.</summary>
    private ClassifierHead? Head =>
        LazyInitializer.EnsureInitialized(ref _head, () => new Lazy<ClassifierHead?>(() => ClassifierHeadFinder.Find(this))).Value;

    /// <summary>The part of the network that turns features into classes, found by its structure, not by names.</summary>
    /// <exception cref="OnnxGraphException">The network does not end in a classifier.</exception>
    public ClassifierHead FindClassifierHead()
    {
        if (Head is { } head)
            return head;
        string output = Proto.Graph.Output[0].Name, last = Index.ProducerNode(output)?.Describe() ?? "nothing";
        throw new OnnxGraphException(
            $"The network does not end in a classifier: neither a dense layer nor a 1×1 convolution with pooling leads to '{output}', " +
            $"which {last} makes. Name the tensor to take features from with CutAt.");
    }

    /// <summary>
    /// The network without its classifier: one output <c>features</c> <c>[N, D]</c>. Everything from the pooling or flattening after the
    /// last feature maps on is dropped, all dense layers included (the <c>include_top=False</c> of Keras), and the maps are pooled anew;
    /// a transformer keeps what it does with its tokens up to its classifier. A network that has no classifier keeps all its weights.
    /// </summary>
    /// <param name="pooling">How the last features become a vector.</param>
    /// <exception cref="OnnxGraphException">The features are neither maps <c>[N, C, H, W]</c> nor tokens nor a vector.</exception>
    public OnnxModel WithoutTop(FeaturePooling pooling = FeaturePooling.Auto)
    {
        if (!Enum.IsDefined(pooling))
            throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "Auto, Average, Max, Flatten or FirstToken.");
        string feature = Head?.FeatureTensor ?? FeaturesOfHeadless();
        int rank = TensorInfo(feature)?.Dimensions.Count ?? 0;
        if (rank is < 2 or > 4 && pooling != FeaturePooling.Flatten)
        {
            throw new OnnxGraphException(
                $"The features '{feature}' are {TensorInfo(feature)}, neither maps [N, C, H, W] nor tokens [N, T, D] nor a vector " +
                "[N, D]; flatten them, or cut elsewhere with CutAt.");
        }

        bool keepsVector = pooling is FeaturePooling.Auto or FeaturePooling.Flatten;
        var replaced = rank == 2 && !keepsVector && PositionPooling.Before(this, feature) is { ReadsTokens: true } read ? read : null;
        var copy = Copy();
        copy.Graph.Output.Clear();
        copy.Graph.Output.Add(new ValueInfoProto { Name = feature });
        GraphPruning.DropDead(copy.Graph);
        string source = FreeName(copy.Graph, feature);
        copy.Graph.Output.Clear();

        var builder = new GraphBuilder(copy.Graph, TopPrefix) { Opset = OpsetVersion };
        if (replaced is not null)
            Replace(builder, replaced, pooling);
        else if (rank == 4 && pooling != FeaturePooling.Flatten)
            source = builder.Add(pooling == FeaturePooling.Max ? "GlobalMaxPool" : "GlobalAveragePool", [source]);
        else if (rank == 3 && pooling != FeaturePooling.Flatten)
            source = Tokens(source).Append(builder, pooling == FeaturePooling.Auto ? OwnPooling(feature) : pooling);
        builder.AddNamed(FeaturesName, "Flatten", [source], GraphBuilder.Attribute("axis", 1));
        copy.Graph.Node[^1].Name = TopPrefix + "Flatten";
        copy.Graph.Output.Add(new ValueInfoProto { Name = FeaturesName });
        copy.Graph.Output[0] = new OnnxModel(copy).Describe(FeaturesName);
        return new OnnxModel(copy);
    }

    /// <summary>Puts another pooling of the tokens in place of the one that a graph has.</summary>
    private static void Replace(GraphBuilder builder, PositionPooling pooling, FeaturePooling by)
    {
        var graph = builder.Graph;
        int place = graph.Node.IndexOf(pooling.Node);
        var replaced = graph.Node[place];
        graph.Node.RemoveAt(place);
        int count = graph.Node.Count;
        pooling.Append(builder, by);
        var added = graph.Node[count];
        graph.Node.RemoveAt(count);
        added.Output[0] = replaced.Output[0];
        graph.Node.Insert(place, added);
    }

    /// <summary>The first token of a network that puts a class token before the others, otherwise the mean.</summary>
    private FeaturePooling OwnPooling(string tokens)
    {
        long? count = TensorInfo(tokens)!.Dimensions[1];
        bool hasClassToken = Proto.Graph.Node.Any(node => node.Is("Concat") && node.Int("axis", 0) is 1 or -2
            && !Index.IsDynamic(node.Input[0]) && Index.IsDynamic(node.Output[0])
            && TensorInfo(node.Output[0])?.Dimensions is { Count: 3 } shape && shape[1] == count
            && TensorInfo(node.Input[0])?.Dimensions is [_, 1 or null, _]);
        return hasClassToken ? FeaturePooling.FirstToken : FeaturePooling.Average;
    }

    private static PositionPooling Tokens(string tensor) => new(new NodeProto(), tensor, Rank: 3, PositionAxes: [1], KeepsRank: false);

    private string FeaturesOfHeadless()
    {
        if (Proto.Graph.Output.Count > 1)
        {
            throw new OnnxGraphException(
                "The network has no classifier and several outputs " +
                $"({string.Join(", ", Proto.Graph.Output.Select(output => output.Name))}); choose one with CutAt.");
        }

        return ClassifierHeadFinder.FeatureMapsBefore(this, Proto.Graph.Output[0].Name);
    }

    /// <summary>
    /// Gives another name to a tensor that already has the output's name, and returns the name that the feature tensor has then.
    /// </summary>
    private static string FreeName(GraphProto graph, string feature)
    {
        if (graph.Input.Any(input => input.Name == FeaturesName))
            throw new OnnxGraphException($"The network's input is called '{FeaturesName}', which is the name of the features.");
        if (!graph.Node.Any(node => node.Output.Contains(FeaturesName)) && !graph.Initializer.Any(tensor => tensor.Name == FeaturesName))
            return feature;
        string replacement = new GraphBuilder(graph, "").Unique(FeaturesName + "_maps");
        TensorNames.Replace(graph, FeaturesName, replacement);
        return feature == FeaturesName ? replacement : feature;
    }
}
