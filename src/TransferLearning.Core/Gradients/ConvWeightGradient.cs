using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dW of a convolution: dW[o, i, u] = Σ over images n and places t of dY[n, o, t] · X[n, i, s·t + d·u − p]. Which sums are fast depends on
/// the shape: matrix products where channels are mixed, products of places where they are not, and otherwise a convolution in which batch
/// and channels have changed places.
/// </summary>
internal static class ConvWeightGradient
{
    /// <summary>Above so many kernel elements (as in 11×11) one slow convolution beats a node for each element.</summary>
    private const int MostShifts = 49;

    /// <summary>
    /// Up to so many input channels, as images have, a product for each kernel element has too few rows: one convolution is faster, but
    /// slower from 8 channels on (docs/adr/0017).
    /// </summary>
    private const int FewChannels = 4;

    public static string Append(
        GraphBuilder graph,
        string x,
        string dy,
        long[] shapeX,
        long[] shapeY,
        long[] shapeW,
        int group,
        WindowGeometry geometry,
        bool forAccelerator)
    {
        if (geometry.IsPointwise && group == 1)
            return graph.Reshape(RowProduct(graph, ChannelRows(graph, dy, shapeY), ChannelRows(graph, x, shapeX)), shapeW);
        if (geometry.IsPointwise && shapeX[0] == 1)
            return GroupedProducts(graph, x, dy, shapeX, shapeY, shapeW, group);
        bool hasFewShifts = TensorShape.Count(geometry.Kernel) <= MostShifts;
        if (group == 1 && hasFewShifts && (forAccelerator || shapeW[1] > FewChannels))
            return ShiftedProducts.Append(graph, x, dy, shapeX, shapeW, group, geometry);
        if (PlaceProducts.Fits(shapeX, shapeW, group, geometry))
            return PlaceProducts.Append(graph, x, dy, shapeX[1], shapeW, geometry);
        if (!forAccelerator && ImageRowProducts.Fits(shapeX, shapeW, group, geometry))
            return ImageRowProducts.Append(graph, x, dy, shapeW, group, geometry);
        if (forAccelerator && shapeW[1] == 1)
            return ColumnProducts.Append(graph, x, dy, shapeX, shapeW, group, geometry);
        if (forAccelerator && hasFewShifts)
            return ShiftedProducts.Append(graph, x, dy, shapeX, shapeW, group, geometry);
        return Convolution(graph, x, dy, shapeX, shapeW, group, geometry);
    }

    /// <summary>[N, C, …] → [C, places·N] or, for one image, [C, places] without moving anything.</summary>
    public static string ChannelRows(GraphBuilder graph, string x, long[] shape)
    {
        if (shape[0] == 1)
            return graph.Reshape(x, shape[1], -1);
        string rows = graph.Reshape(x, shape[0], shape[1], -1);
        return graph.Reshape(graph.Transpose(rows, 1, 0, 2), shape[1], -1);
    }

    /// <summary>A·Bᵀ.</summary>
    public static string RowProduct(GraphBuilder graph, string a, string b) =>
        graph.Add("Gemm", [a, b], GraphBuilder.Attribute("transB", 1L));

    /// <summary>A 1×1 kernel with groups, on one image: one product for each group, no element moves.</summary>
    private static string GroupedProducts(
        GraphBuilder graph, string x, string dy, long[] shapeX, long[] shapeY, long[] shapeW, int group)
    {
        string rowsY = graph.Reshape(dy, group, shapeY[1] / group, -1), rowsX = graph.Reshape(x, group, shapeX[1] / group, -1);
        return graph.Reshape(graph.MatMul(rowsY, graph.TransposeMatrix(rowsX, 3)), shapeW);
    }

    /// <summary>
    /// dW as a convolution: the input channels are the batch, the images are the channels, dY is the kernel, and strides and dilations are
    /// exchanged.
    /// </summary>
    public static string Convolution(
        GraphBuilder graph, string x, string dy, long[] shapeX, long[] shapeW, int group, WindowGeometry geometry)
    {
        int rank = geometry.Rank;
        long batch = shapeX[0], inputs = shapeW[1];
        long[] spatialAxes = [.. Enumerable.Range(2, rank).Select(axis => (long)axis)];

        // [N, g·I, …] → [I, g·N, …]: with groups the images of group after group stand side by side as channels.
        string channels = group == 1
            ? graph.Transpose(x, [1, 0, .. spatialAxes])
            : graph.Reshape(
                graph.Transpose(
                    graph.Reshape(x, [batch, group, inputs, .. geometry.Input]), [2, 1, 0, .. spatialAxes.Select(axis => axis + 1)]),
                [inputs, group * batch, .. geometry.Input]);
        string kernel = graph.Transpose(dy, [1, 0, .. spatialAxes]);
        string dw = graph.Add(
            "Conv",
            [channels, kernel],
            GraphBuilder.Attribute("kernel_shape", geometry.Output),
            GraphBuilder.Attribute("strides", geometry.Dilations),
            GraphBuilder.Attribute("dilations", geometry.Strides),
            GraphBuilder.Attribute("pads", geometry.Pads),
            GraphBuilder.Attribute("group", group));

        // Input rows that the last window does not reach make room for places beyond the kernel; they are no part of it.
        if (HasRowsBeyondTheKernel(geometry))
            dw = graph.Slice(dw, new long[rank], geometry.Kernel, spatialAxes, [.. Enumerable.Repeat(1L, rank)]);
        return graph.Transpose(dw, [1, 0, .. spatialAxes]);
    }

    private static bool HasRowsBeyondTheKernel(WindowGeometry geometry)
    {
        for (int axis = 0; axis < geometry.Rank; axis++)
        {
            long dilatedKernel = (geometry.Strides[axis] * (geometry.Output[axis] - 1)) + 1;
            long padded = geometry.Input[axis] + geometry.PadsBegin[axis] + geometry.PadsEnd[axis];
            if (((padded - dilatedKernel) / geometry.Dilations[axis]) + 1 > geometry.Kernel[axis])
                return true;
        }

        return false;
    }
}
