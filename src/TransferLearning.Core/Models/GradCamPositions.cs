using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// The tensor of a network whose positions are explained: the last one that belongs to places in the image and that the scores depend on
/// at all of them. Behind the last attention of a transformer, the scores may depend on its class token alone, so it is before that.
/// </summary>
/// <param name="Tensor">The tensor: maps [1, C, H, W] or [1, H, W, C], or tokens [1, T, D] or [1, D, T].</param>
/// <param name="Shape">Its shape for one image.</param>
/// <param name="PositionAxes">The axes of the positions.</param>
/// <param name="ArePooled">Whether the scores depend on a mean or maximum of the positions, so that all count alike.</param>
/// <param name="Extra">The number of tokens before those of the image: a class token and the like.</param>
/// <param name="Height">The rows of positions in the image.</param>
/// <param name="Width">The columns of positions in the image.</param>
internal sealed record GradCamPositions(
    string Tensor, long[] Shape, long[] PositionAxes, bool ArePooled, long Extra, long Height, long Width)
{
    /// <summary>More tokens without a place in the image than any network has.</summary>
    private const long MostExtra = 16;

    /// <summary>The axis of the channels.</summary>
    public long ChannelAxis => Enumerable.Range(1, Shape.Length - 1).First(axis => !PositionAxes.Contains(axis));

    /// <summary>Finds the tensor.</summary>
    /// <param name="model">The network.</param>
    /// <param name="head">Its classifier.</param>
    /// <param name="shapes">The shapes of its tensors for one image.</param>
    /// <exception cref="OnnxGraphException">Nothing that the classifier reads belongs to a position in the image.</exception>
    public static GradCamPositions Find(OnnxModel model, ClassifierHead head, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (shapes.TryGetValue(head.FeatureTensor, out long[]? maps) && maps is [_, _, var height, var width])
            return new GradCamPositions(head.FeatureTensor, maps, [2, 3], ArePooled: true, 0, height, width);

        var pooling = PositionPooling.Before(model, head.FeatureTensor);
        var cut = model.CutAt(head.FeatureTensor);
        var nodes = cut.Proto.Graph.Node;
        bool mixes = false;
        int last = nodes.Count;
        foreach (var (tensor, index) in CutPoints.Find(cut.Index).Reverse().Where(point => point.NodeIndex >= 0))
        {
            for (; last > index + 1; last--)
                mixes |= Mixes(cut.Index, nodes[last - 1], shapes);
            if (!shapes.TryGetValue(tensor, out long[]? shape) || shape is not [1, _, _] and not [1, _, _, _]
                || shape.Count(size => size > 1) < 2)
                continue;
            bool isPooled = pooling?.Tensor == tensor;
            long[] axes = isPooled ? pooling!.PositionAxes : shape.Length == 4 ? [2, 3] : [1];
            if (shape.Length == 4)
                return new GradCamPositions(tensor, shape, axes, isPooled, 0, shape[axes[0]], shape[axes[1]]);
            if (mixes && Grid(cut.Index, shapes, shape[axes[0]]) is var (rows, columns))
                return new GradCamPositions(tensor, shape, axes, ArePooled: false, shape[axes[0]] - (rows * columns), rows, columns);
        }

        throw new OnnxGraphException(
            $"The classifier of the network starts from '{head.FeatureTensor}', and neither maps [N, C, H, W] nor the tokens of image " +
            "patches [N, T, D] lead there through one tensor: its values belong to no position in the image.");
    }

    /// <summary>Whether a node makes something of several tokens together: an attention, or a mean of tokens.</summary>
    private static bool Mixes(GraphIndex index, NodeProto node, IReadOnlyDictionary<string, long[]> shapes)
    {
        switch (node.OpType)
        {
            case "MatMul" or "Einsum":
                return index.DynamicInputs(node).Count() > 1;
            case "ReduceMean" or "ReduceMax" or "ReduceSum":
                return shapes.TryGetValue(node.Input[0], out long[]? shape) && shape.Length == 3
                    && OperatorKinds.ReductionAxes(index, node, 3)?.Contains(1) == true && shape[1] > 1;
            default:
                return node.OpType == "Attention" || OperatorKinds.IsGlobalPool(node) || OperatorKinds.IsWindowPool(node);
        }
    }

    /// <summary>
    /// The rows and columns of the patches: those of the maps that the tokens are made of, otherwise a square of all tokens or of all but
    /// a few.
    /// </summary>
    private static (long Rows, long Columns)? Grid(GraphIndex index, IReadOnlyDictionary<string, long[]> shapes, long tokens)
    {
        var maps = index.Graph.Node.SelectMany(node => node.Output).Where(index.IsDynamic)
            .Select(name => shapes.GetValueOrDefault(name))
            .Where(shape => shape is [1, _, > 1, > 1] && shape[2] * shape[3] <= tokens && tokens - (shape[2] * shape[3]) <= MostExtra)
            .OrderByDescending(shape => shape![2] * shape[3]).FirstOrDefault();
        if (maps is not null)
            return (maps[2], maps[3]);
        long side = (long)Math.Sqrt(tokens);
        return side > 1 && tokens - (side * side) <= MostExtra ? (side, side) : null;
    }
}
