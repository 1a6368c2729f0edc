using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = max over a window: dy goes to the element that was the maximum, and elements that win several overlapping windows get the sum. The
/// forward node is asked for its second output, the flat index of every maximum, and dy is scattered there.
/// </summary>
internal sealed class MaxPoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        if (scope.Int("storage_order", 0) != 0)
            throw scope.Unsupported("its indices are in column-major order (storage_order = 1)");
        if (scope.Node.Output.Count < 2)
            scope.Node.Output.Add(graph.Unique("indices"));
        else if (scope.Node.Output[1].Length == 0)
            scope.Node.Output[1] = graph.Unique("indices");
        long[] shape = scope.InputShape();
        long count = shape.Aggregate(1L, (product, size) => product * size);
        string scattered = graph.Add(
            "ScatterElements",
            [graph.Zeros([count]), graph.Reshape(scope.Output(1), -1), graph.Reshape(scope.OutputGradient(), -1)],
            GraphBuilder.Attribute("axis", 0L),
            GraphBuilder.Attribute("reduction", "add"));
        scope.Contribute(0, graph.Reshape(scattered, shape));
    }
}
