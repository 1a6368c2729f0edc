using TransferLearning.Onnx;

namespace TransferLearning.Training.Gradients;

/// <summary>
/// dW of a convolution: dW[o, i, u] = Σ over pictures n and places t of dY[n, o, t] · X[n, i, s·t + d·u − p]. A 1×1 kernel makes that one
/// large matrix product over all pictures and places. Otherwise it is itself a convolution, in which batch and channels have changed
/// places: the input channels are the batch, the pictures are the channels, dY is the kernel, and strides and dilations are exchanged.
/// </summary>
internal static class ConvWeightGradient
{
    public static string Append(
        GraphBuilder graph, string x, string dy, long[] shapeX, long[] shapeY, long[] shapeW, int group, WindowGeometry geometry)
    {
        if (geometry.IsPointwise && group == 1)
        {
            string rowsY = ChannelRows(graph, dy, shapeY), rowsX = ChannelRows(graph, x, shapeX);
            return graph.Reshape(graph.MatMul(rowsY, graph.Transpose(rowsX, 1, 0)), shapeW);
        }

        int rank = geometry.Rank;
        long pictures = shapeX[0], inputs = shapeW[1];
        long[] spatialAxes = [.. Enumerable.Range(2, rank).Select(axis => (long)axis)];

        // [N, g·I, …] → [I, g·N, …]: with groups the pictures of group after group stand side by side as channels.
        string images = group == 1
            ? graph.Transpose(x, [1, 0, .. spatialAxes])
            : graph.Reshape(
                graph.Transpose(
                    graph.Reshape(x, [pictures, group, inputs, .. geometry.Input]), [2, 1, 0, .. spatialAxes.Select(axis => axis + 1)]),
                [inputs, group * pictures, .. geometry.Input]);
        string kernel = graph.Transpose(dy, [1, 0, .. spatialAxes]);
        string dw = graph.Add(
            "Conv",
            [images, kernel],
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

    /// <summary>[N, C, …] → [C, N·places].</summary>
    private static string ChannelRows(GraphBuilder graph, string x, long[] shape)
    {
        long places = shape[2..].Aggregate(1L, (product, size) => product * size);
        string rows = graph.Reshape(x, shape[0], shape[1], places);
        return graph.Reshape(graph.Transpose(rows, 1, 0, 2), shape[1], shape[0] * places);
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
