using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = max of x over all places: dx = dy at the place of the maximum, else 0; places that tie share dy evenly.</summary>
internal sealed class GlobalMaxPoolGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        ExtremumGradient.Share(
            graph, x, y, dy, [.. Enumerable.Range(2, scope.InputShape().Length - 2).Select(axis => (long)axis)]);
}
