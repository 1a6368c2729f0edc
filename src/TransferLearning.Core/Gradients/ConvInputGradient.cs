using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dX of a convolution: every dY element goes back to the inputs of its window, weighted with W. With stride 1 that is a convolution of dY
/// with W turned by 180° and its channel axes exchanged (pads d·(k−1)−p), or with the images turned before and after it, where all of them
/// together are smaller than W; with a larger stride, or pads beyond the kernel, it is ConvTranspose with W as it stands and
/// <c>output_padding</c> for the input rows that no window reached.
/// </summary>
internal static class ConvInputGradient
{
    public static string Append(
        GraphBuilder graph,
        string dy,
        string w,
        long[] shapeX,
        long[] shapeW,
        int group,
        WindowGeometry geometry,
        bool forAccelerator)
    {
        int rank = geometry.Rank;
        if (geometry.IsPointwise && group > 1 && shapeX[0] == 1)
            return GroupedProducts(graph, dy, w, shapeX, shapeW, group);
        bool isConvolution = geometry.Strides.All(s => s == 1)
            && Enumerable.Range(0, rank).All(i => geometry.Extent(i) > Math.Max(geometry.PadsBegin[i], geometry.PadsEnd[i]));
        if (!isConvolution && !forAccelerator)
            return Transposed(graph, dy, w, group, geometry);

        long[] pads = new long[2 * rank];
        for (int axis = 0; axis < rank; axis++)
        {
            pads[axis] = geometry.Extent(axis) - 1 - geometry.PadsBegin[axis];
            pads[axis + rank] = geometry.Extent(axis) - 1 - geometry.PadsEnd[axis];
        }

        string exchanged = ExchangeChannels(graph, w, shapeX[1], shapeW, group);
        long images = geometry.Deinterleaved(shapeX[0]).Images;
        bool isFolded = shapeX[0] == 1 && images > 1;
        long moved = TensorShape.Count(shapeX) + (shapeW[0] * TensorShape.Count(geometry.Output));
        if (!forAccelerator && isConvolution && isFolded && moved < TensorShape.Count(shapeW))
        {
            string turned = graph.Reshape(TurnImages(graph, dy, shapeW[0], images), [1, shapeW[0], .. geometry.Output]);
            string dx = Convolve(turned, exchanged, [.. pads[rank..], .. pads[..rank]]);
            return graph.Reshape(TurnImages(graph, dx, shapeX[1], images), shapeX);
        }

        if (!isConvolution)
        {
            dy = Spread(graph, dy, [shapeX[0], shapeW[0]], pads.AsSpan(0, rank), geometry);
            Array.Clear(pads);
        }

        return Convolve(dy, Turn(graph, exchanged, geometry), pads);

        string Convolve(string input, string kernel, long[] padding) => graph.Add(
            "Conv",
            [input, kernel],
            GraphBuilder.Attribute("kernel_shape", geometry.Kernel),
            GraphBuilder.Attribute("dilations", geometry.Dilations),
            GraphBuilder.Attribute("pads", padding),
            GraphBuilder.Attribute("group", group));
    }

    /// <summary>[C, places, N] with the last place first: a folded image turned by 180°.</summary>
    private static string TurnImages(GraphBuilder graph, string x, long channels, long images) =>
        graph.Backwards(graph.Reshape(x, channels, -1, images), 1);

    /// <summary>
    /// dY with s − 1 zeros behind every element of an axis with stride s, and padded, or cut where a pad is negative, to the length of
    /// which a window without stride leaves the input's: place s·t of the result is place t of dY. The zeros come from a product with a
    /// grid of one 1 among zeros: to pad between elements took 8 ms of a step of MobileNetV2 on an H100.
    /// </summary>
    private static string Spread(
        GraphBuilder graph, string dy, ReadOnlySpan<long> batchAndChannels, ReadOnlySpan<long> before, WindowGeometry geometry)
    {
        int rank = geometry.Rank;
        List<long> split = [.. batchAndChannels], joined = [.. batchAndChannels], grid = [];
        for (int axis = 0; axis < rank; axis++)
        {
            split.AddRange([geometry.Output[axis], 1]);
            grid.AddRange(axis == 0 ? [geometry.Strides[axis]] : [1, geometry.Strides[axis]]);
            joined.Add(geometry.Output[axis] * geometry.Strides[axis]);
        }

        if (geometry.Strides.Any(stride => stride > 1))
        {
            float[] first = new float[TensorShape.Count([.. grid])];
            first[0] = 1;
            string apart = graph.Times(graph.Reshape(dy, [.. split]), graph.Initializer(graph.Unique("grid"), first, [.. grid]));
            dy = graph.Reshape(apart, [.. joined]);
        }

        // The zeros behind the last element count as padding; elements beyond the input's own padding met no input.
        long[] begin = new long[rank + 2], end = new long[rank + 2], from = new long[rank], to = new long[rank];
        bool cuts = false;
        for (int axis = 0; axis < rank; axis++)
        {
            long length = joined[axis + 2];
            long after = geometry.Input[axis] + geometry.Extent(axis) - 1 - length - before[axis];
            (begin[axis + 2], end[axis + 2]) = (Math.Max(before[axis], 0), Math.Max(after, 0));
            (from[axis], to[axis]) = (Math.Max(-before[axis], 0), length - Math.Max(-after, 0));
            cuts |= from[axis] > 0 || to[axis] < length;
        }

        if (cuts)
            dy = graph.Slice(dy, from, to, [.. Enumerable.Range(2, rank).Select(axis => (long)axis)], [.. Enumerable.Repeat(1L, rank)]);
        return begin.Concat(end).Any(pad => pad > 0) ? graph.Add("Pad", [dy, graph.Int64s([.. begin, .. end])]) : dy;
    }

    /// <summary>A 1×1 kernel with groups, on one image: dX = Wᵀ·dY for each group; the channels of W stay in their order.</summary>
    private static string GroupedProducts(GraphBuilder graph, string dy, string w, long[] shapeX, long[] shapeW, int group)
    {
        string matrices = graph.Reshape(w, group, shapeW[0] / group, shapeW[1]);
        string rowsY = graph.Reshape(dy, group, shapeW[0] / group, -1);
        return graph.Reshape(graph.MatMul(graph.TransposeMatrix(matrices, 3), rowsY), shapeX);
    }

    private static string Transposed(GraphBuilder graph, string dy, string w, int group, WindowGeometry geometry)
    {
        long[] outputPadding = new long[geometry.Rank];
        for (int axis = 0; axis < geometry.Rank; axis++)
        {
            long covered = ((geometry.Output[axis] - 1) * geometry.Strides[axis]) + geometry.Extent(axis);
            outputPadding[axis] = geometry.Input[axis] + geometry.PadsBegin[axis] + geometry.PadsEnd[axis] - covered;
        }

        return graph.Add(
            "ConvTranspose",
            [dy, w],
            GraphBuilder.Attribute("kernel_shape", geometry.Kernel),
            GraphBuilder.Attribute("strides", geometry.Strides),
            GraphBuilder.Attribute("dilations", geometry.Dilations),
            GraphBuilder.Attribute("pads", geometry.Pads),
            GraphBuilder.Attribute("output_padding", outputPadding),
            GraphBuilder.Attribute("group", group));
    }

    /// <summary>[O, I/g, …] → [I, O/g, …]: inside each group the roles of input and output channels change.</summary>
    private static string ExchangeChannels(GraphBuilder graph, string w, long inputChannels, long[] shapeW, int group)
    {
        long outputs = shapeW[0], inputs = shapeW[1];
        long[] spatial = shapeW[2..];
        long[] rest = [.. Enumerable.Range(3, spatial.Length).Select(axis => (long)axis)];
        if (group == 1)
            return graph.Transpose(w, [1, 0, .. rest.Select(axis => axis - 1)]);
        if (inputs == 1 && outputs == group)
            return w;
        string grouped = graph.Reshape(w, [group, outputs / group, inputs, .. spatial]);
        return graph.Reshape(graph.Transpose(grouped, [0, 2, 1, .. rest]), [inputChannels, outputs / group, .. spatial]);
    }

    /// <summary>Reverses every spatial axis of a kernel.</summary>
    private static string Turn(GraphBuilder graph, string w, WindowGeometry geometry)
    {
        long[] axes = [.. Enumerable.Range(0, geometry.Rank).Where(axis => geometry.Kernel[axis] > 1).Select(axis => axis + 2L)];
        return axes.Length == 0 ? w : graph.Backwards(w, axes);
    }
}
