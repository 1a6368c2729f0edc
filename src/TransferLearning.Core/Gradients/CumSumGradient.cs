using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y_i = x_0 + … + x_i along an axis: dx is the sum in the other direction, dx_i = dy_i + … + dy_n.</summary>
internal sealed class CumSumGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        scope.Contribute(0, scope.Graph.Add(
            "CumSum",
            [scope.OutputGradient(), scope.Input(1)],
            GraphBuilder.Attribute("exclusive", scope.Int("exclusive", 0)),
            GraphBuilder.Attribute("reverse", 1 - scope.Int("reverse", 0))));
    }
}
