using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// A classifier in two parts: up to the last features with positions, and from there to the logits with the backward pass that Grad-CAM
/// needs. The second part has only the head, or the last block of a transformer, and is small.
/// </summary>
/// <param name="Features">The part up to the features; its single output is the features.</param>
/// <param name="Head">The part after the features; inputs: the features and <see cref="Target"/>; output: <see cref="Map"/>.</param>
/// <param name="FeatureName">The name of the features.</param>
/// <param name="FeatureShape">The shape of the features of one image.</param>
/// <param name="TargetShape">The shape of the logits for one image.</param>
/// <param name="Width">The number of columns of the map.</param>
internal sealed record GradCamGraph(
    OnnxModel Features, OnnxModel Head, string FeatureName, long[] FeatureShape, long[] TargetShape, int Width)
{
    /// <summary>The input that is 1 for the explained class and 0 for the others.</summary>
    public const string Target = "cam/target";

    /// <summary>The output [1, H, W]: the contribution of each position to the class.</summary>
    public const string Map = "cam/map";

    /// <summary>Builds both parts.</summary>
    /// <exception cref="OnnxGraphException">
    /// The network has no classifier on features with positions, or a node of its head has no gradient.
    /// </exception>
    public static GradCamGraph Build(OnnxModel model)
    {
        var head = model.FindClassifierHead();
        var shapes = new Dictionary<string, long[]>(ShapeInference.Infer(model, batchSize: 1), StringComparer.Ordinal);
        var positions = GradCamPositions.Find(model, head, shapes);
        string features = positions.Tensor;
        var trainable = OpsetUpgrade.Apply(TrainablePart.Extract(model, shapes, features, head.LogitsTensor), shapes);
        var inferred = ShapeInference.Infer(new OnnxModel(trainable.Proto.Clone()), batchSize: 1);
        var graph = trainable.Proto.Graph;
        NodeProto[] forward = [.. graph.Node];
        var builder = new GraphBuilder(graph, "cam/");
        if (!inferred.TryGetValue(head.LogitsTensor, out long[]? logits))
            throw new OnnxGraphException($"The shape of the scores '{head.LogitsTensor}' is not known for one image.");
        builder.Input(Target, TensorProto.Types.DataType.Float, [.. logits]);
        var gradients = BackwardPass.Append(
            builder,
            forward,
            new Dictionary<string, string> { [head.LogitsTensor] = Target },
            new HashSet<string> { features },
            inferred);

        // Where all positions count alike, the mean gradient of a channel is its weight; else each position has its own (HiResCAM,
        // R. L. Draelos and L. Carin, 2020), which for tokens is the gradient times the activation of each patch.
        string weights = gradients[features];
        if (positions.ArePooled)
            weights = builder.Mean(weights, positions.PositionAxes, keepDimensions: true);
        string sum = builder.Sum(builder.Times(weights, features), [positions.ChannelAxis], keepDimensions: false);
        if (positions.Extra > 0)
            sum = builder.Slice(sum, [positions.Extra], [long.MaxValue], [1], [1]);
        builder.AddNamed(Map, "Relu", [builder.Reshape(sum, 1, positions.Height, positions.Width)]);
        graph.Output.Clear();
        builder.Output(Map, TensorProto.Types.DataType.Float, 1, positions.Height, positions.Width);
        return new GradCamGraph(model.CutAt(features), trainable, features, positions.Shape, logits, (int)positions.Width);
    }
}
