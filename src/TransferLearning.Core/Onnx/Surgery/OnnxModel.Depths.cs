using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    private const string DepthPrefix = "depth/";

    /// <summary>
    /// The features of a network at several depths, all from one run: its feature maps at cut points, each map averaged, and its own
    /// features at the end, one after the other in a single output <c>[N, D₁ + D₂ + …]</c>.
    /// </summary>
    /// <param name="depths">
    /// Where to look, as shares of the layers with weights, ascending, between 0 and 1 (not included). The nearest cut point stands for
    /// each; where the network has none, as inside a block with branches, the next one. The end always comes last.
    /// </param>
    /// <returns>The network, and what its columns are.</returns>
    /// <exception cref="OnnxGraphException">The features are neither maps <c>[N, C, H, W]</c> nor a vector.</exception>
    internal (OnnxModel Network, IReadOnlyList<DepthColumns> Columns) WithoutTopAtDepths(IReadOnlyList<double> depths)
    {
        var backbone = WithoutTop();
        if (backbone.Outputs[0].Dimensions is not [_, { } featureCount])
            throw new OnnxGraphException($"The features of the network are {backbone.Outputs[0]}, not a vector of known length.");
        var maps = DepthColumns.MapsOf(backbone);
        var chosen = depths
            .Where(_ => maps.Count > 0)
            .Select(depth => maps.MinBy(map => Math.Abs(map.Depth - depth)))
            .OfType<DepthColumns>()
            .DistinctBy(map => map.Tensor)
            .ToList();

        var copy = backbone.Copy();
        var builder = new GraphBuilder(copy.Graph, DepthPrefix) { Opset = OpsetVersion };
        string[] vectors =
        [
            .. chosen.Select(
                map => builder.Add("Flatten", [builder.Add("GlobalAveragePool", [map.Tensor])], GraphBuilder.Attribute("axis", 1))),
            FeaturesName,
        ];
        string all = builder.Add("Concat", vectors, GraphBuilder.Attribute("axis", 1));
        copy.Graph.Output.Clear();
        chosen.Add(new DepthColumns(FeaturesName, 1, (int)featureCount));
        builder.Output(all, TensorProto.Types.DataType.Float, null, chosen.Sum(columns => (long)columns.Count));
        return (new OnnxModel(copy), chosen);
    }
}
