using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dW of a dense k×k convolution as one large matrix product for each kernel element u: dW[·, ·, u] = dY·X(u)ᵀ, where X(u) is X shifted
/// by u and subsampled by the stride. Every product sums over all images and places at once, and only one shifted copy exists at a time;
/// as one convolution the same sum ran at half the speed (64 against 107–127 GFLOP/s on one core). With groups it is a product for each.
/// </summary>
internal static class ShiftedProducts
{
    public static string Append(
        GraphBuilder graph, string x, string dy, long[] shapeX, long[] shapeW, int group, WindowGeometry geometry)
    {
        var (interleaved, images) = geometry.Deinterleaved(shapeX[0]);
        int rank = geometry.Rank;
        long[] spatialAxes = [.. Enumerable.Range(1, rank).Select(axis => (long)axis)];

        // Images innermost, so that a shift moves whole runs of them: [N, C, …] → [C, …, N].
        string planes = ImagesLast(graph, x, shapeX, interleaved.Input, images);
        string rowsY = Rows(ImagesLast(graph, dy, [shapeX[0], shapeW[0], .. geometry.Output], interleaved.Output, images), shapeW[0]);
        if (interleaved.Pads.Any(pad => pad != 0))
            planes = graph.Add("Pad", [planes, graph.Int64s([0, .. interleaved.PadsBegin, 0, 0, .. interleaved.PadsEnd, 0])]);

        var products = new List<string>();
        foreach (long[] element in Elements(interleaved.Kernel))
        {
            long[] starts = [.. element.Select((u, axis) => u * interleaved.Dilations[axis])];
            long[] ends = [.. starts.Select((start, axis) => start + ((interleaved.Output[axis] - 1) * interleaved.Strides[axis]) + 1)];
            string shifted = graph.Slice(planes, starts, ends, spatialAxes, interleaved.Strides);
            products.Add(Product(Rows(shifted, shapeX[1])));
        }

        if (products.Count == 1)
            return graph.Reshape(products[0], shapeW);
        string stacked = graph.Reshape(
            graph.Add("Concat", [.. products], GraphBuilder.Attribute("axis", 0L)), products.Count, shapeW[0] * shapeW[1]);
        return graph.Reshape(graph.Transpose(stacked, 1, 0), shapeW);

        string Rows(string tensor, long channels) => group == 1
            ? graph.Reshape(tensor, channels, -1)
            : graph.Reshape(tensor, group, channels / group, -1);

        string Product(string rowsX) => group == 1
            ? ConvWeightGradient.RowProduct(graph, rowsY, rowsX)
            : graph.MatMul(rowsY, graph.TransposeMatrix(rowsX, 3));
    }

    private static string ImagesLast(GraphBuilder graph, string x, long[] shape, long[] spatial, long images)
    {
        if (shape[0] == 1)
            return graph.Reshape(x, [shape[1], .. spatial, images]);
        return graph.Transpose(x, [1, .. Enumerable.Range(2, shape.Length - 2).Select(axis => (long)axis), 0]);
    }

    /// <summary>The indices of all kernel elements, the last axis fastest.</summary>
    public static IEnumerable<long[]> Elements(long[] kernel)
    {
        long count = TensorShape.Count(kernel);
        for (long i = 0; i < count; i++)
        {
            long[] element = new long[kernel.Length];
            long rest = i;
            for (int axis = kernel.Length - 1; axis >= 0; axis--)
            {
                element[axis] = rest % kernel[axis];
                rest /= kernel[axis];
            }

            yield return element;
        }
    }
}
