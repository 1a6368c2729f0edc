using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Tile puts copies of x side by side along each axis: dx is dy summed over the copies.</summary>
internal sealed class TileGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        long[] shape = scope.InputShape(), tiled = scope.OutputShape();
        long[] split = [.. shape.SelectMany((size, axis) => new[] { tiled[axis] / size, size })];
        long[] copies = [.. Enumerable.Range(0, shape.Length).Where(axis => tiled[axis] != shape[axis]).Select(axis => 2L * axis)];
        string dy = scope.OutputGradient();
        scope.Contribute(0, copies.Length == 0
            ? dy
            : scope.Graph.Reshape(scope.Graph.Sum(scope.Graph.Reshape(dy, split), copies, keepDimensions: false), shape));
    }
}
