using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Adds the outputs of a finished classifier to a network: <c>Score</c>, the probabilities [N, C], and <c>PredictedLabel</c>, the name of
/// the most probable class [N], so that any ONNX runtime outputs labels without this library.
/// </summary>
internal static class ClassifierGraph
{
    /// <summary>The output with the probabilities; ML.NET's name for it.</summary>
    public const string ScoreOutput = "Score";

    /// <summary>The output with the name of the most probable class; ML.NET's name for it.</summary>
    public const string LabelOutput = "PredictedLabel";

    /// <summary>The output with the probabilities and then the features; only inside this library.</summary>
    public const string JoinedOutput = "ScoreAndFeatures";

    /// <summary>Adds <see cref="JoinedOutput"/> to a finished classifier: [N, C + D].</summary>
    /// <exception cref="OnnxGraphException">The network has no features in front of its head.</exception>
    public static OnnxModel WithFeatures(OnnxModel model)
    {
        string tensor = model.FindClassifierHead().FeatureTensor;
        var proto = model.Proto.Clone();
        var graph = new GraphBuilder(proto.Graph, "rejection/") { Opset = model.OpsetVersion };
        string maps = model.TensorInfo(tensor)?.Dimensions.Count == 4 ? graph.Add("GlobalAveragePool", [tensor]) : tensor;
        string features = graph.Add("Flatten", [maps], GraphBuilder.Attribute("axis", 1));
        graph.AddNamed(JoinedOutput, "Concat", [ScoreOutput, features], GraphBuilder.Attribute("axis", 1));
        graph.Output(JoinedOutput, TensorProto.Types.DataType.Float, null, null);
        return new OnnxModel(proto);
    }

    /// <summary>Finishes a network with a new head.</summary>
    /// <param name="network">The network; its single output is the logits [N, C].</param>
    /// <param name="metadata">The metadata of the file; its labels become the values of <c>PredictedLabel</c>.</param>
    /// <param name="temperature">The divisor of the logits before Softmax; null for none.</param>
    public static OnnxModel FromLogits(OnnxModel network, ModelMetadata metadata, double? temperature = null) =>
        Finish(network, network.Outputs[0], isProbability: false, metadata, temperature);

    /// <summary>Finishes a pretrained network with its own head and classes.</summary>
    /// <exception cref="OnnxGraphException">The network has no classifier, or a different number of classes than labels.</exception>
    public static OnnxModel FromPretrained(OnnxModel network, ModelMetadata metadata)
    {
        var head = network.FindClassifierHead();
        var cut = network.CutAt(head.ScoreTensor ?? head.LogitsTensor);
        if (metadata.Labels.Count == 0)
        {
            var labels = Enumerable.Range(0, head.ClassCount).Select(index => FormattableString.Invariant($"class {index}"));
            metadata = metadata with { Labels = [.. labels] };
        }

        if (metadata.Labels.Count != head.ClassCount)
        {
            throw new OnnxGraphException(FormattableString.Invariant(
                $"The network '{metadata.Title}' has {head.ClassCount} classes but {metadata.Labels.Count} labels; ") +
                "provide one label for each class, in the order of the outputs.");
        }

        return Finish(cut, cut.Outputs[0], head.ScoreTensor is not null, metadata);
    }

    private static OnnxModel Finish(
        OnnxModel network, OnnxTensorInfo output, bool isProbability, ModelMetadata metadata, double? temperature = null)
    {
        var proto = network.Proto.Clone();
        RemoveMetadata(proto);
        proto.Graph.Output.Clear();
        var graph = new GraphBuilder(proto.Graph, "classifier/");

        // The output of some networks is [N, C, 1, 1]; that of a classifier is always [N, C].
        string scores = output.Dimensions.Count == 2
            ? output.Name
            : graph.Add("Flatten", [output.Name], GraphBuilder.Attribute("axis", 1));
        if (temperature is { } divisor)
            scores = graph.Add("Div", [scores, graph.Scalar((float)divisor)]);
        if (isProbability)
            graph.AddNamed(ScoreOutput, "Identity", [scores]);
        else
            graph.AddNamed(ScoreOutput, "Softmax", [scores], GraphBuilder.Attribute("axis", 1));
        string best = graph.Add("ArgMax", [ScoreOutput], GraphBuilder.Attribute("axis", 1), GraphBuilder.Attribute("keepdims", 0));
        string labels = graph.Initializer(graph.Unique("labels"), metadata.Labels);
        graph.AddNamed(LabelOutput, "Gather", [labels, best], GraphBuilder.Attribute("axis", 0));
        graph.Output(ScoreOutput, TensorProto.Types.DataType.Float, null, metadata.Labels.Count);
        graph.Output(LabelOutput, TensorProto.Types.DataType.String, default(long?));
        return new OnnxModel(proto).WithMetadata(metadata.ToEntries());
    }

    /// <summary>
    /// The backbone's own classes, accuracy and training need not apply to the classifier: only the entries that
    /// <see cref="ModelMetadata"/> adopts stay.
    /// </summary>
    private static void RemoveMetadata(ModelProto proto)
    {
        for (int i = proto.MetadataProps.Count - 1; i >= 0; i--)
        {
            if (proto.MetadataProps[i].Key.StartsWith(ModelMetadata.Prefix, StringComparison.Ordinal))
                proto.MetadataProps.RemoveAt(i);
        }
    }
}
