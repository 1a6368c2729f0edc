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
    /// last feature maps on is dropped, all dense layers included (the <c>include_top=False</c> of Keras), and the maps are pooled anew.
    /// A network that has no classifier keeps all its weights.
    /// </summary>
    /// <param name="pooling">How the last feature maps become a vector. Without effect where the features are a vector anyway.</param>
    /// <exception cref="OnnxGraphException">The features are neither maps <c>[N, C, H, W]</c> nor a vector.</exception>
    public OnnxModel WithoutTop(FeaturePooling pooling = FeaturePooling.Average)
    {
        if (!Enum.IsDefined(pooling))
            throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "Average, Max or Flatten.");
        string feature = Head?.FeatureTensor ?? FeaturesOfHeadless();
        int rank = TensorInfo(feature)?.Dimensions.Count ?? 0;
        if (rank is not (2 or 4) && pooling != FeaturePooling.Flatten)
        {
            throw new OnnxGraphException(
                $"The features '{feature}' are {TensorInfo(feature)}, neither maps [N, C, H, W] nor a vector [N, D]; " +
                "flatten them, or cut elsewhere with CutAt.");
        }

        var copy = Copy();
        copy.Graph.Output.Clear();
        copy.Graph.Output.Add(new ValueInfoProto { Name = feature });
        GraphPruning.DropDead(copy.Graph);
        string source = FreeName(copy.Graph, feature);
        copy.Graph.Output.Clear();

        var builder = new GraphBuilder(copy.Graph, TopPrefix) { Opset = OpsetVersion };
        if (rank == 4 && pooling != FeaturePooling.Flatten)
            source = builder.Add(pooling == FeaturePooling.Max ? "GlobalMaxPool" : "GlobalAveragePool", [source]);
        builder.AddNamed(FeaturesName, "Flatten", [source], GraphBuilder.Attribute("axis", 1));
        copy.Graph.Node[^1].Name = TopPrefix + "Flatten";
        copy.Graph.Output.Add(new ValueInfoProto { Name = FeaturesName });
        copy.Graph.Output[0] = new OnnxModel(copy).Describe(FeaturesName);
        return new OnnxModel(copy);
    }

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
