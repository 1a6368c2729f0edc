namespace TransferLearning.Training.Gradients;

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

    /// <summary>Reads the geometry of a Conv or pooling node.</summary>
    public static WindowGeometry Of(GradientScope scope, ReadOnlySpan<long> kernel) =>
        Of(scope.Node, scope.InputShape(), scope.OutputShape(), kernel);

    /// <inheritdoc cref="Of(GradientScope, ReadOnlySpan{long})"/>
    public static WindowGeometry Of(Onnx.Protobuf.NodeProto node, long[] inputShape, long[] outputShape, ReadOnlySpan<long> kernel)
    {
        int rank = inputShape.Length - 2;
        long[] ones = [.. Enumerable.Repeat(1L, rank)];
        var geometry = new WindowGeometry(
            inputShape[2..], outputShape[2..], kernel.ToArray(), Ints("strides") ?? ones, Ints("dilations") ?? ones, new long[rank], new long[rank]);
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
