using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// DepthToSpace moves blocks of channels to places; dx moves dy back. In the order of mode DCR that is SpaceToDepth; mode CRD, which
/// PixelShuffle uses, is undone by hand: [N, C, H, b, W, b] → [N, C, b, b, H, W].
/// </summary>
internal sealed class DepthToSpaceGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long block = scope.Int("blocksize", 1);
        string dy = scope.OutputGradient();
        if (scope.String("mode", "DCR") == "DCR")
        {
            scope.Contribute(0, graph.Add("SpaceToDepth", [dy], GraphBuilder.Attribute("blocksize", block)));
            return;
        }

        long[] shape = scope.InputShape();
        string blocks = graph.Reshape(dy, shape[0], shape[1] / (block * block), shape[2], block, shape[3], block);
        scope.Contribute(0, graph.Reshape(graph.Transpose(blocks, 0, 1, 3, 5, 2, 4), shape));
    }
}
