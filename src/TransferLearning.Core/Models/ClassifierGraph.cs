using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Gives a network the outputs of a finished classifier: <c>Score</c>, the probabilities [N, C], and <c>PredictedLabel</c>, the name of the
/// most probable class [N], so that any ONNX runtime gets labels without knowing this library.
/// </summary>
internal static class ClassifierGraph
{
    /// <summary>The output with the probabilities; ML.NET's name for it.</summary>
    public const string ScoreOutput = "Score";

    /// <summary>The output with the name of the most probable class; ML.NET's name for it.</summary>
    public const string LabelOutput = "PredictedLabel";

    /// <summary>Finishes a network whose head has just been made.</summary>
    /// <param name="network">The network; its single output is the logits [N, C].</param>
    /// <param name="metadata">What the file says of itself; its labels become the values of <c>PredictedLabel</c>.</param>
    /// <param name="temperature">What the logits are divided by before Softmax; null for nothing.</param>
    public static OnnxModel FromLogits(OnnxModel network, ModelMetadata metadata, double? temperature = null) =>
        Finish(network, network.Outputs[0], isProbability: false, metadata, temperature);

    /// <summary>Finishes a pretrained network as it is: its own classes, its own head.</summary>
    /// <exception cref="OnnxGraphException">The network has no classifier, or another number of classes than there are labels.</exception>
    public static OnnxModel FromPretrained(OnnxModel network, ModelMetadata metadata)
    {
        var head = network.FindClassifierHead();
        var cut = network.CutAt(head.ScoreTensor ?? head.LogitsTensor);
        if (metadata.Labels.Count == 0)
            metadata = metadata with { Labels = [.. Enumerable.Range(0, head.ClassCount).Select(index => FormattableString.Invariant($"class {index}"))] };
        if (metadata.Labels.Count != head.ClassCount)
        {
            throw new OnnxGraphException(FormattableString.Invariant(
                $"The network '{metadata.Title}' has {head.ClassCount} classes but {metadata.Labels.Count} labels; give one label for each class, in the order of the outputs."));
        }

        return Finish(cut, cut.Outputs[0], head.ScoreTensor is not null, metadata);
    }

    private static OnnxModel Finish(OnnxModel network, OnnxTensorInfo output, bool isProbability, ModelMetadata metadata, double? temperature = null)
    {
        var proto = network.Proto.Clone();
        RemoveMetadata(proto);
        proto.Graph.Output.Clear();
        var graph = new GraphBuilder(proto.Graph, "classifier/");

        // Some networks end in [N, C, 1, 1]; a score is [N, C] always.
        string scores = output.Dimensions.Count == 2
            ? output.Name
            : graph.Add("Flatten", [output.Name], GraphBuilder.Attribute("axis", 1));
        if (temperature is { } divisor)
            scores = graph.Add("Div", [scores, graph.Scalar((float)divisor)]);
        graph.AddNamed(ScoreOutput, isProbability ? "Identity" : "Softmax", [scores], isProbability ? [] : [GraphBuilder.Attribute("axis", 1)]);
        string best = graph.Add("ArgMax", [ScoreOutput], GraphBuilder.Attribute("axis", 1), GraphBuilder.Attribute("keepdims", 0));
        string labels = graph.Initializer(graph.Unique("labels"), metadata.Labels);
        graph.AddNamed(LabelOutput, "Gather", [labels, best], GraphBuilder.Attribute("axis", 0));
        graph.Output(ScoreOutput, TensorProto.Types.DataType.Float, null, metadata.Labels.Count);
        graph.Output(LabelOutput, TensorProto.Types.DataType.String, default(long?));
        return new OnnxModel(proto).WithMetadata(metadata.ToEntries());
    }

    /// <summary>
    /// What the backbone's file says of its own classes, accuracy and training need not hold for the classifier: only what
    /// <see cref="ModelMetadata"/> takes over from it stays.
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
