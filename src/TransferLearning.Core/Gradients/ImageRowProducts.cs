using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dW of a depthwise convolution over a folded batch whose places are too many for <see cref="PlaceProducts"/>: for each channel and each
/// kernel column the products of every output row with every input row, summed over columns and images, are one matrix product dY·X(v)ᵀ,
/// where X(v) is X shifted by v columns; an element of the kernel is the sum of those entries whose rows it connects. Rows lie in memory
/// as the product reads them, so that nothing moves but the columns that a shift leaves out. More multiplications than needed, but in
/// matrix products: half the time of one convolution for 28 × 28 and 56 × 56 places (docs/adr/0017).
/// </summary>
internal static class ImageRowProducts
{
    /// <summary>Beyond this many pairs of rows the surplus of multiplications outweighs.</summary>
    private const long MostPairs = 40_000;

    /// <summary>With more outputs in a group, one convolution makes use of each input that it gathers.</summary>
    private const long MostOutputs = 4;

    public static bool Fits(long[] shapeX, long[] shapeW, int group, WindowGeometry geometry)
    {
        if (geometry.Rank != 2 || shapeX[0] != 1 || group == 1 || shapeW[0] / group > MostOutputs)
            return false;
        var (one, images) = geometry.Deinterleaved(1);
        return images > 1 && one.Input[0] * one.Output[0] <= MostPairs;
    }

    public static string Append(GraphBuilder graph, string x, string dy, long[] shapeW, int group, WindowGeometry geometry)
    {
        var (one, images) = geometry.Deinterleaved(1);
        long inputs = shapeW[1], outputs = shapeW[0] / group, rowsX = one.Input[0], rowsY = one.Output[0];
        string planesX = graph.Reshape(x, group * inputs, rowsX, one.Input[1], images);
        string planesY = graph.Reshape(dy, group * outputs, rowsY, one.Output[1], images);
        string connections = graph.Initializer(
            graph.Unique("connections"), PlaceProducts.Connections(one.Along(axis: 0)), [rowsY * rowsX, one.Kernel[0]]);

        var columns = new List<string>();
        for (long v = 0; v < one.Kernel[1]; v++)
        {
            var (output, input, count) = one.Met(axis: 1, v);
            string column = count == 0
                ? graph.Zeros([shapeW[0] * inputs, one.Kernel[0]])
                : graph.MatMul(
                    Pairs(
                        graph.Run(planesX, axis: 2, input, count, one.Strides[1], one.Input[1]),
                        graph.Run(planesY, axis: 2, output, count, step: 1, one.Output[1])),
                    connections);
            columns.Add(graph.Reshape(column, shapeW[0] * inputs, one.Kernel[0], 1));
        }

        return graph.Reshape(graph.Concat(columns, axis: 2), shapeW);

        // [rows of dY, rows of X] for each pair of an output and an input of a group.
        string Pairs(string shiftedX, string shiftedY)
        {
            string matrixY = graph.Reshape(shiftedY, group, outputs * rowsY, -1);
            string matrixX = graph.Reshape(shiftedX, group, inputs * rowsX, -1);
            string products = graph.MatMul(matrixY, graph.TransposeMatrix(matrixX, 3));
            if (inputs > 1)
                products = graph.Transpose(graph.Reshape(products, group * outputs, rowsY, inputs, rowsX), 0, 2, 1, 3);
            return graph.Reshape(products, shapeW[0] * inputs, rowsY * rowsX);
        }
    }
}
