using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = (Σ |x|ᵖ)^(1/p) over a window: dx = sign x·|x|^(p − 1)·Σ dy / y^(p − 1) over the windows that cover x, and 0 where y is 0. The sum
/// over windows is separable, see <see cref="SeparableMap"/>.
/// </summary>
internal sealed class LpPoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long p = scope.Int("p", 2);
        var geometry = WindowGeometry.Of(scope, scope.Ints("kernel_shape"));
        string sums = SeparableMap.Transposed(
            graph,
            graph.OverNonZero(scope.OutputGradient(), PowerMean.Power(graph, scope.Output(), p - 1)),
            scope.OutputShape(),
            scope.InputShape(),
            axis => axis < 2 ? null : WindowMatrix.Sum(geometry, axis - 2));
        scope.Contribute(0, PowerMean.Slope(graph, scope.Input(), sums, p));
    }
}
