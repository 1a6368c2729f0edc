using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// A classifier in two parts: up to the last feature maps, and from there to the logits with the backward pass that Grad-CAM needs. The
/// second part has only the head and is small.
/// </summary>
/// <param name="Features">The part up to the maps; its single output is the maps.</param>
/// <param name="Head">The part after the maps; inputs: the maps and <see cref="Target"/>; output: <see cref="Map"/>.</param>
/// <param name="FeatureName">The name of the maps.</param>
/// <param name="FeatureShape">[1, C, H, W].</param>
/// <param name="TargetShape">The shape of the logits for one image.</param>
internal sealed record GradCamGraph(OnnxModel Features, OnnxModel Head, string FeatureName, long[] FeatureShape, long[] TargetShape)
{
    /// <summary>The input that is 1 for the explained class and 0 for the others.</summary>
    public const string Target = "cam/target";

    /// <summary>The output [1, H, W]: the contribution of each position to the class.</summary>
    public const string Map = "cam/map";

    /// <summary>Builds both parts.</summary>
    /// <exception cref="OnnxGraphException">
    /// The network has no classifier on feature maps, or a node of its head has no gradient.
    /// </exception>
    public static GradCamGraph Build(OnnxModel model)
    {
        var head = model.FindClassifierHead();
        var shapes = new Dictionary<string, long[]>(ShapeInference.Infer(model, batchSize: 1), StringComparer.Ordinal);
        if (!shapes.TryGetValue(head.FeatureTensor, out long[]? maps) || maps.Length != 4)
        {
            throw new OnnxGraphException(
                $"The classifier of the network starts from '{head.FeatureTensor}', which is not a tensor of feature maps [N, C, H, W]: " +
                "its values belong to no position in the image.");
        }

        var trainable = OpsetUpgrade.Apply(TrainablePart.Extract(model, shapes, head.FeatureTensor, head.LogitsTensor), shapes);
        var inferred = ShapeInference.Infer(new OnnxModel(trainable.Proto.Clone()), batchSize: 1);
        var graph = trainable.Proto.Graph;
        NodeProto[] forward = [.. graph.Node];
        var builder = new GraphBuilder(graph, "cam/");
        long[] logits = inferred[head.LogitsTensor];
        builder.Input(Target, TensorProto.Types.DataType.Float, [.. logits]);
        var gradients = BackwardPass.Append(
            builder,
            forward,
            new Dictionary<string, string> { [head.LogitsTensor] = Target },
            new HashSet<string> { head.FeatureTensor },
            inferred);

        string weights = builder.Add("ReduceMean", [gradients[head.FeatureTensor], builder.Int64s(2, 3)]);
        string weighted = builder.Times(weights, head.FeatureTensor);
        string sum = builder.Add("ReduceSum", [weighted, builder.Int64s(1)], GraphBuilder.Attribute("keepdims", 0));
        builder.AddNamed(Map, "Relu", [sum]);
        graph.Output.Clear();
        builder.Output(Map, TensorProto.Types.DataType.Float, 1, maps[2], maps[3]);
        return new GradCamGraph(model.CutAt(head.FeatureTensor), trainable, head.FeatureTensor, maps, logits);
    }
}
