using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y takes slices of x along an axis, at indices of any shape: dx is the sum of dy's slices at the places that they came from. A single
/// constant index, as in picking the class token, needs no more than a Pad.
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
            long[] slice = [.. shape], pads = new long[2 * shape.Length];
            slice[axis] = 1;
            pads[axis] = TensorShape.Axis(scope.Constant(1)[0], (int)size);
            pads[axis + shape.Length] = size - 1 - pads[axis];
            scope.Contribute(0, graph.Add("Pad", [graph.Reshape(scope.OutputGradient(), slice), graph.Int64s(pads)]));
            return;
        }

        var rows = (TensorShape.Count(shape.AsSpan(0, axis)), count, TensorShape.Count(shape.AsSpan(axis + 1)));
        string sum = ScatteredSum.Append(graph, scope.Input(1), isShared: true, scope.OutputGradient(), rows, size);
        scope.Contribute(0, graph.Reshape(sum, shape));
    }
}
