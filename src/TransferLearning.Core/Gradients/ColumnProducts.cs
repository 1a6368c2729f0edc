using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dW of a depthwise convolution for a graphics card: for each channel and each kernel row the products of every output column with every
/// input column, summed over images and rows, are one matrix product dY·X(u)ᵀ, where X(u) is X shifted by u along all axes but the last;
/// an element of the kernel is the sum of those entries whose columns it connects. The surplus of multiplications costs a card nothing, and
/// each tensor is read a few times only: written as one convolution the sum is a kernel as large as the image, for which the card
/// computes each of few numbers on its own, one product after the other.
/// </summary>
internal static class ColumnProducts
{
    public static string Append(
        GraphBuilder graph, string x, string dy, long[] shapeX, long[] shapeW, int group, WindowGeometry geometry)
    {
        var (one, images) = geometry.Deinterleaved(shapeX[0]);
        int last = one.Rank - 1;
        long[] leading = [.. Enumerable.Range(1, last).Select(axis => (long)axis)];

        // [C, rows …, images, columns] and [group, columns of each of its outputs, rows and images].
        string planes = shapeX[0] == 1
            ? graph.Transpose(graph.Reshape(x, [shapeX[1], .. one.Input, images]), [0, .. leading, last + 2, last + 1])
            : graph.Transpose(x, [1, .. leading.Select(axis => axis + 1), 0, last + 2]);
        string columns = shapeX[0] == 1
            ? graph.Transpose(graph.Reshape(dy, [shapeW[0], .. one.Output, images]), [0, last + 1, .. leading, last + 2])
            : graph.Transpose(dy, [1, last + 2, .. leading.Select(axis => axis + 1), 0]);
        columns = graph.Reshape(columns, group, shapeW[0] / group * one.Output[last], -1);
        long[] before = one.PadsBegin[..last], after = one.PadsEnd[..last];
        if (before.Concat(after).Any(pad => pad != 0))
            planes = graph.Add("Pad", [planes, graph.Int64s([0, .. before, 0, 0, 0, .. after, 0, 0])]);

        float[] connections = PlaceProducts.Connections(one.AlongLastAxis());
        long pairs = one.Output[last] * one.Input[last];
        string matrix = graph.Initializer(graph.Unique("connections"), connections, [pairs, one.Kernel[last]]);
        long[] strides = one.Strides.AsSpan(0, last).ToArray();
        var rows = new List<string>();
        foreach (long[] element in ShiftedProducts.Elements(one.Kernel[..last]))
        {
            long[] starts = [.. element.Select((u, axis) => u * one.Dilations[axis])];
            long[] ends = [.. starts.Select((start, axis) => start + ((one.Output[axis] - 1) * one.Strides[axis]) + 1)];
            string shifted = last == 0 ? planes : graph.Slice(planes, starts, ends, leading, strides);
            string products = graph.MatMul(columns, graph.Reshape(shifted, group, -1, one.Input[last]));
            rows.Add(graph.MatMul(graph.Reshape(products, shapeW[0], pairs), matrix));
        }

        return graph.Reshape(rows.Count == 1 ? rows[0] : graph.Concat(rows, axis: 1), shapeW);
    }
}
