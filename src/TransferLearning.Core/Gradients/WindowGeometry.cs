namespace TransferLearning;

/// <summary>
/// How a window slides over the spatial axes of a convolution or pooling, with <c>auto_pad</c> resolved to explicit pads and every default
/// of the specification filled in.
/// </summary>
/// <param name="Input">Spatial size of the input.</param>
/// <param name="Output">Spatial size of the output.</param>
/// <param name="Kernel">Size of the window.</param>
/// <param name="Strides">Steps of the window.</param>
/// <param name="Dilations">Distance of the elements that a window covers.</param>
/// <param name="PadsBegin">Padding before each axis.</param>
/// <param name="PadsEnd">Padding after each axis.</param>
internal sealed record WindowGeometry(
    long[] Input, long[] Output, long[] Kernel, long[] Strides, long[] Dilations, long[] PadsBegin, long[] PadsEnd)
{
    /// <summary>The number of spatial axes.</summary>
    public int Rank => Input.Length;

    /// <summary>Whether every window is one element and every element has its window: the case of a 1×1 convolution.</summary>
    public bool IsPointwise =>
        Kernel.All(k => k == 1) && Strides.All(s => s == 1) && PadsBegin.All(p => p == 0) && PadsEnd.All(p => p == 0);

    /// <summary>Pads as ONNX attributes hold them: all begins, then all ends.</summary>
    public long[] Pads => [.. PadsBegin, .. PadsEnd];

    /// <summary>The extent of a window on one axis, dilation included.</summary>
    public long Extent(int axis) => (Dilations[axis] * (Kernel[axis] - 1)) + 1;

    /// <summary>
    /// Separates what a dilation without stride interleaves: along an axis whose size and pads are multiples of its dilation d, the window
    /// only meets every d-th element, so the axis is d independent axes whose elements alternate. A batch that is folded into the last axis
    /// has this layout, with d images.
    /// </summary>
    /// <param name="batch">The size of the batch axis; only a batch of one is separated.</param>
    /// <returns>The geometry of one of the interleaved images, and their number.</returns>
    public (WindowGeometry Geometry, long Images) Deinterleaved(long batch)
    {
        long d = Dilations[^1];
        if (batch != 1 || d == 1 || Strides[^1] != 1 || Input[^1] % d != 0 || PadsBegin[^1] % d != 0 || PadsEnd[^1] % d != 0)
            return (this, batch);
        var one = this with
        {
            Input = [.. Input[..^1], Input[^1] / d],
            Output = [.. Output[..^1], Output[^1] / d],
            Dilations = [.. Dilations[..^1], 1],
            PadsBegin = [.. PadsBegin[..^1], PadsBegin[^1] / d],
            PadsEnd = [.. PadsEnd[..^1], PadsEnd[^1] / d],
        };
        return (one, d);
    }

    /// <summary>The geometry of one axis alone.</summary>
    public WindowGeometry Along(int axis) => new(
        [Input[axis]], [Output[axis]], [Kernel[axis]], [Strides[axis]], [Dilations[axis]], [PadsBegin[axis]], [PadsEnd[axis]]);

    /// <summary>The outputs along an axis for which an element of the window lies in the input, not in its padding.</summary>
    /// <returns>The first of them, the input that it meets there, and their number; inputs follow each other by the stride.</returns>
    public (long Output, long Input, long Count) Met(int axis, long element)
    {
        long shift = (element * Dilations[axis]) - PadsBegin[axis], stride = Strides[axis];
        long first = shift >= 0 ? 0 : (stride - 1 - shift) / stride;
        long last = Math.Min(Output[axis] - 1, shift >= Input[axis] ? -1 : (Input[axis] - 1 - shift) / stride);
        return (first, (first * stride) + shift, Math.Max(0, last - first + 1));
    }

    /// <summary>The flat input place that a kernel element meets in the window of a flat output place; null in the padding.</summary>
    public long? InputPlace(long output, long element)
    {
        long place = 0, step = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            long at = (output % Output[axis] * Strides[axis]) + (element % Kernel[axis] * Dilations[axis]) - PadsBegin[axis];
            if (at < 0 || at >= Input[axis])
                return null;
            place += at * step;
            step *= Input[axis];
            output /= Output[axis];
            element /= Kernel[axis];
        }

        return place;
    }

    /// <summary>Reads the geometry of a Conv or pooling node.</summary>
    public static WindowGeometry Of(GradientScope scope, ReadOnlySpan<long> kernel) =>
        Of(scope.Node, scope.InputShape(), scope.OutputShape(), kernel);

    /// <inheritdoc cref="Of(GradientScope, ReadOnlySpan{long})"/>
    public static WindowGeometry Of(Onnx.Protobuf.NodeProto node, long[] inputShape, long[] outputShape, ReadOnlySpan<long> kernel)
    {
        int rank = inputShape.Length - 2;
        long[] ones = [.. Enumerable.Repeat(1L, rank)];
        var geometry = new WindowGeometry(
            inputShape[2..],
            outputShape[2..],
            kernel.ToArray(),
            Ints("strides") ?? ones,
            Ints("dilations") ?? ones,
            new long[rank],
            new long[rank]);
        long[] pads = Ints("pads") ?? new long[2 * rank];
        string autoPad = node.Text("auto_pad", "NOTSET");
        for (int axis = 0; axis < rank; axis++)
        {
            // SAME pads so that the output has ceil(input / stride) elements; an odd element goes to the end (UPPER) or the begin (LOWER).
            long same = Math.Max(0, ((geometry.Output[axis] - 1) * geometry.Strides[axis]) + geometry.Extent(axis) - geometry.Input[axis]);
            (geometry.PadsBegin[axis], geometry.PadsEnd[axis]) = autoPad switch
            {
                "SAME_UPPER" => (same / 2, same - (same / 2)),
                "SAME_LOWER" => (same - (same / 2), same / 2),
                "VALID" => (0, 0),
                _ => (pads[axis], pads[axis + rank]),
            };
        }

        return geometry;

        long[]? Ints(string name) => node.Ints(name) is { } list ? [.. list] : null;
    }
}
