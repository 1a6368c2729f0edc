using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>SpaceToDepth moves blocks of places to channels; DepthToSpace moves dy back.</summary>
internal sealed class SpaceToDepthGradient : OperatorGradient
{
    public override void Append(GradientScope scope) =>
        scope.Contribute(0, scope.Graph.Add(
            "DepthToSpace", [scope.OutputGradient()], GraphBuilder.Attribute("blocksize", scope.Int("blocksize", 1))));
}
