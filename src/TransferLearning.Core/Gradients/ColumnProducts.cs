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
        float[] connections = PlaceProducts.Connections(one.Along(last));
        long pairs = one.Output[last] * one.Input[last];
        string matrix = graph.Initializer(graph.Unique("connections"), connections, [pairs, one.Kernel[last]]);
        var rows = new List<string>();
        foreach (long[] element in ShiftedProducts.Elements(one.Kernel[..last]))
        {
            // Only the rows that meet the image: to pad the image instead took a third of a step on an H100.
            var met = element.Select((u, axis) => one.Met(axis, u)).ToArray();
            if (met.Any(axis => axis.Count == 0))
            {
                rows.Add(graph.Zeros([shapeW[0], one.Kernel[last]]));
                continue;
            }

            string rowsY = columns, rowsX = planes;
            for (int axis = 0; axis < last; axis++)
            {
                var (output, input, count) = met[axis];
                rowsY = graph.Run(rowsY, axis + 2, output, count, 1, one.Output[axis]);
                rowsX = graph.Run(rowsX, axis + 1, input, count, one.Strides[axis], one.Input[axis]);
            }

            string products = graph.MatMul(
                graph.Reshape(rowsY, group, shapeW[0] / group * one.Output[last], -1), graph.Reshape(rowsX, group, -1, one.Input[last]));
            rows.Add(graph.MatMul(graph.Reshape(products, shapeW[0], pairs), matrix));
        }

        return graph.Reshape(rows.Count == 1 ? rows[0] : graph.Concat(rows, axis: 1), shapeW);
    }
}
