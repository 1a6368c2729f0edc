using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y takes every step-th element of x from a start: dx has dy at those elements and 0 elsewhere. Along one axis with a step of 1 dy is a
/// part of dx; steps of ±1 need one Pad (after a reversal for −1); longer steps first get their gaps filled with zeros by padding each
/// element to a run of its own.
/// </summary>
internal sealed class SliceGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), taken = [.. scope.OutputShape()];
        long[] starts = scope.Constant(1);
        long[] axes = scope.HasInput(3) ? scope.Constant(3) : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        long[] steps = scope.HasInput(4) ? scope.Constant(4) : [.. Enumerable.Repeat(1L, starts.Length)];
        long[] pads = new long[2 * shape.Length];
        string dx = scope.OutputGradient();
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = TensorShape.Axis(axes[i], shape.Length);
            long size = shape[axis], step = Math.Abs(steps[i]), count = taken[axis];
            long start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, steps[i] > 0 ? size : size - 1);
            if (steps[i] < 0)
            {
                dx = graph.Backwards(dx, axis);
                start -= (count - 1) * step;
            }

            dx = SpreadOut(graph, dx, taken, axis, step);
            pads[axis] = start;
            pads[axis + shape.Length] = size - start - taken[axis];
        }

        if (axes.Length == 1 && steps[0] == 1)
        {
            int axis = TensorShape.Axis(axes[0], shape.Length);
            scope.Contribute(0, new GradientPart(dx, axis, pads[axis], taken[axis]));
            return;
        }

        scope.Contribute(0, graph.Add("Pad", [dx, graph.Int64s(pads)]));
    }

    /// <summary>Puts step − 1 zeros between neighbours along an axis, and updates the shape.</summary>
    private static string SpreadOut(GraphBuilder graph, string x, long[] shape, int axis, long step)
    {
        if (step == 1)
            return x;
        long[] column = [.. shape[..(axis + 1)], 1, .. shape[(axis + 1)..]], pads = new long[2 * column.Length];
        pads[column.Length + axis + 1] = step - 1;
        x = graph.Add("Pad", [graph.Reshape(x, column), graph.Int64s(pads)]);
        shape[axis] *= step;
        x = graph.Reshape(x, shape);
        shape[axis] -= step - 1;
        return graph.Slice(x, [0], [shape[axis]], [axis], [1]);
    }
}
