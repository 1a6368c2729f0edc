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
        string indices = scope.AskForOutput(1, "indices");
        long[] shape = scope.InputShape();
        long count = TensorShape.Count(shape);
        string scattered = graph.Add(
            "ScatterElements",
            [graph.Zeros([count]), graph.Reshape(indices, -1), graph.Reshape(scope.OutputGradient(), -1)],
            GraphBuilder.Attribute("axis", 0L),
            GraphBuilder.Attribute("reduction", "add"));
        scope.Contribute(0, graph.Reshape(scattered, shape));
    }
}
