using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y takes the blocks of x whose leading coordinates stand in the last axis of the indices, after <c>batch_dims</c> axes in common: dx is
/// the sum of dy's blocks at those places. The coordinates become one place each: Σ coordinate·stride.
/// </summary>
internal sealed class GatherNDGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), indices = scope.InputShape(1);
        int batch = (int)scope.Int("batch_dims", 0), depth = (int)indices[^1];
        long[] sizes = shape[batch..(batch + depth)];

        // A negative coordinate counts from the end.
        string coordinates = graph.Add("Mod", [graph.Plus(scope.Input(1), graph.Int64s(sizes)), graph.Int64s(sizes)]);
        string places = graph.Sum(graph.Times(coordinates, graph.Int64s(TensorShape.Strides(sizes))), [-1], keepDimensions: false);
        var rows = (
            TensorShape.Count(shape.AsSpan(0, batch)),
            TensorShape.Count(indices.AsSpan(batch..^1)),
            TensorShape.Count(shape.AsSpan(batch + depth)));
        string sum = ScatteredSum.Append(graph, places, isShared: false, scope.OutputGradient(), rows, TensorShape.Count(sizes));
        scope.Contribute(0, graph.Reshape(sum, shape));
    }
}
