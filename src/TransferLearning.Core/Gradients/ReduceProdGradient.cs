using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = Π x: dx is dy times the product of all other elements. Dividing y by x would fail at zeros, so each product is formed anew, from a
/// row in which the element itself is replaced by 1: n² numbers for a product of n.
/// </summary>
internal sealed class ReduceProdGradient : ReductionGradient
{
    protected override string Propagate(GradientScope scope, Reduction reduction)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape();
        long[] permutation = [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis).Except(reduction.Axes), .. reduction.Axes];
        long[] moved = [.. permutation.Select(axis => shape[axis])];
        long n = reduction.Axes.Aggregate(1L, (product, axis) => product * shape[axis]);
        float[] identity = new float[n * n];
        for (long i = 0; i < n; i++)
            identity[(i * n) + i] = 1;
        string isSelf = graph.Add(
            "Cast",
            [graph.Initializer(graph.Unique("identity"), identity, [n, n])],
            GraphBuilder.Attribute("to", (long)Onnx.Protobuf.TensorProto.Types.DataType.Bool));
        string rows = graph.Reshape(graph.Transpose(reduction.X, permutation), -1, 1, n);
        string others = graph.Add(
            "ReduceProd", [graph.Choose(isSelf, graph.Scalar(1), rows), graph.Int64s(2)], GraphBuilder.Attribute("keepdims", 0L));
        string product = graph.Transpose(graph.Reshape(others, moved), TransposeGradient.Inverse(permutation));
        return graph.Times(reduction.Dy, product);
    }
}
