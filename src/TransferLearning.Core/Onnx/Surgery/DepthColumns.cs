namespace TransferLearning.Onnx;

/// <summary>A depth of a network at which features are measured.</summary>
/// <param name="Tensor">The tensor with the features.</param>
/// <param name="Depth">The share of the layers with weights that come before it, over 0 and up to 1.</param>
/// <param name="Count">The number of features, one for each map.</param>
internal sealed record DepthColumns(string Tensor, double Depth, int Count)
{
    /// <summary>
    /// The feature maps that all later layers depend on alone, in running order. Of several at one depth (a convolution, and its
    /// activation) the last one stands, which is what the next layer reads.
    /// </summary>
    public static IReadOnlyList<DepthColumns> MapsOf(OnnxModel backbone)
    {
        int[] weighted = [.. backbone.Layers.Where(layer => layer.Weights.Count > 0 && !layer.IsAppended).Select(layer => layer.Nodes[0])];
        var maps = new SortedList<double, DepthColumns>();
        foreach (var (tensor, node) in CutPoints.Find(backbone.Index))
        {
            // A transposition ends or begins maps whose channels are the last dimension; those before or behind it are as good.
            if (node < 0 || backbone.Proto.Graph.Node[node].OpType == "Transpose")
                continue;
            double depth = (double)weighted.Count(first => first <= node) / weighted.Length;
            bool isMap = backbone.TensorInfo(tensor) is { Dimensions: [_, { } channels, var height, _] } && channels > 0 && height != 1;
            if (isMap && depth is > 0 and < 1)
                maps[depth] = new DepthColumns(tensor, depth, (int)backbone.TensorInfo(tensor)!.Dimensions[1]!);
        }

        return [.. maps.Values];
    }
}
