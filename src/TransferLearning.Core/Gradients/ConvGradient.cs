using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Y = W ⋆ X + b (cross-correlation): db = dY summed over batch and space; dX and dW are convolutions again, see
/// <see cref="ConvInputGradient"/> and <see cref="ConvWeightGradient"/>.
/// </summary>
internal sealed class ConvGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string x = scope.Input(0), w = scope.Input(1), dy = scope.OutputGradient();
        long[] shapeX = scope.InputShape(0), shapeW = scope.InputShape(1), shapeY = scope.OutputShape();
        int group = scope.Groups(shapeW[0]);
        var geometry = WindowGeometry.Of(scope, shapeW.AsSpan(2));
        if (scope.Wants(0))
            scope.Contribute(0, ConvInputGradient.Append(
                graph, dy, w, shapeX, shapeW, group, geometry, scope.ForAccelerator));
        if (scope.Wants(1))
            scope.Contribute(1, ConvWeightGradient.Append(
                graph, x, dy, shapeX, shapeY, shapeW, group, geometry, scope.ForAccelerator));
        if (scope.Wants(2))
        {
            long[] axes = [0, .. Enumerable.Range(2, geometry.Rank).Select(axis => (long)axis)];
            scope.Contribute(2, graph.Sum(dy, axes, keepDimensions: false));
        }
    }
}
