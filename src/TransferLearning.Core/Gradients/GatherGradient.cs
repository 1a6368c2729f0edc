using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y takes slices of x along an axis, at indices of any shape: dx is the sum of dy's slices at the places that they came from. A single
/// constant index, as in picking the class token, or the queries out of a product, takes a part of x.
/// </summary>
internal sealed class GatherGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        long[] shape = scope.InputShape();
        int axis = TensorShape.Axis(scope.Int("axis", 0), shape.Length);
        long count = TensorShape.Count(scope.InputShape(1)), size = shape[axis];
        if (count == 1 && scope.IsConstant(1))
        {
            long[] slice = [.. shape];
            slice[axis] = 1;
            long index = TensorShape.Axis(scope.Constant(1)[0], (int)size);
            scope.Contribute(0, new GradientPart(graph.Reshape(scope.OutputGradient(), slice), axis, index, 1));
            return;
        }

        var rows = (TensorShape.Count(shape.AsSpan(0, axis)), count, TensorShape.Count(shape.AsSpan(axis + 1)));
        string sum = ScatteredSum.Append(graph, scope.Input(1), isShared: true, scope.OutputGradient(), rows, size);
        scope.Contribute(0, graph.Reshape(sum, shape));
    }
}
