using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// A strided convolution over a folded batch as one without stride: a stride of s meets the input in s phases along an axis, places 0, s,
/// 2s … and those behind them, and each phase with its own part of the kernel. So phases become channels (space to depth, as W. Shi et al.,
/// 2016, call it and its inverse), and the kernel [O, I, k, k] becomes [O, I·s·s, ⌈k/s⌉ or one more, …] with zeros where a part has fewer
/// elements. Images stay innermost; what a step along a row cannot tell from a step to the next image, a phase can.
/// </summary>
internal static class PhaseConvolution
{
    /// <summary>Whether a convolution has no dilation, and some window meets the input.</summary>
    public static bool Fits(WindowGeometry geometry) =>
        geometry.Dilations.All(dilation => dilation == 1) && Phases.Of(geometry, 0).Length > 0 && Phases.Of(geometry, 1).Length > 0;

    /// <summary>Appends the convolution.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="shapes">Gets the shapes of new tensors.</param>
    /// <param name="node">The convolution.</param>
    /// <param name="geometry">Its geometry, without dilation.</param>
    /// <param name="x">Its input.</param>
    /// <param name="output">The shape [N, O, H, W] of its output.</param>
    public static FoldedTensor Write(
        GraphBuilder graph, IDictionary<string, long[]> shapes, NodeProto node, WindowGeometry geometry, FoldedTensor x, long[] output)
    {
        var (rows, columns) = (Phases.Of(geometry, 0), Phases.Of(geometry, 1));
        long n = x.Images, phases = rows.Stride * columns.Stride;
        string y = graph.Add(
            "Conv",
            [Apart(x), Kernel(), .. node.Input.Skip(2)],
            GraphBuilder.Attribute("kernel_shape", rows.Kernel, columns.Kernel),
            GraphBuilder.Attribute("dilations", 1, n),
            GraphBuilder.Attribute("pads", rows.PadBegin, columns.PadBegin * n, rows.PadEnd, columns.PadEnd * n),
            GraphBuilder.Attribute("group", node.Int("group", 1)));
        return new FoldedTensor(graph, shapes, y, [1, output[1], output[2], output[3] * n], output);

        // [C, H, W, N] → [1, C·phases, H/s, W/s·N].
        string Apart(FoldedTensor whole)
        {
            string planes = whole.View(whole.Channels, geometry.Input[0], geometry.Input[1], n);
            var (height, width) = (rows.Stride * rows.Length, columns.Stride * columns.Length);
            var (met, metWide) = (Math.Min(height, geometry.Input[0]), Math.Min(width, geometry.Input[1]));
            if (met < geometry.Input[0] || metWide < geometry.Input[1])
                planes = Named(graph.Slice(planes, [0, 0], [met, metWide], [1, 2], [1, 1]), whole.Channels, met, metWide, n);
            if (height > met || width > metWide)
            {
                planes = Named(
                    graph.Add("Pad", [planes, graph.Int64s(0, 0, 0, 0, 0, height - met, width - metWide, 0)]),
                    whole.Channels, height, width, n);
            }

            long[] split = [whole.Channels, rows.Length, rows.Stride, columns.Length, columns.Stride, n];
            string apart = Transposed(Reshaped(planes, split), split, 0, 2, 4, 1, 3, 5);
            return Reshaped(apart, 1, whole.Channels * phases, rows.Length, columns.Length * n);
        }

        string Kernel()
        {
            long[] shape = shapes[node.Input[1]];
            string kernel = Named(
                graph.Add("Pad", [node.Input[1], graph.Int64s(0, 0, rows.Front, columns.Front, 0, 0, rows.Back, columns.Back)]),
                shape[0], shape[1], rows.Stride * rows.Kernel, columns.Stride * columns.Kernel);
            long[] split = [shape[0], shape[1], rows.Kernel, rows.Stride, columns.Kernel, columns.Stride];
            string apart = Transposed(Reshaped(kernel, split), split, 0, 1, 3, 5, 2, 4);
            return Reshaped(apart, shape[0], shape[1] * phases, rows.Kernel, columns.Kernel);
        }

        string Reshaped(string tensor, params long[] shape) => Named(graph.Reshape(tensor, shape), shape);

        string Transposed(string tensor, long[] shape, params long[] order) =>
            Named(graph.Transpose(tensor, order), [.. order.Select(axis => shape[axis])]);

        string Named(string name, params long[] shape)
        {
            shapes[name] = shape;
            return name;
        }
    }

    /// <summary>
    /// One axis: input place s·q + a is place q of phase a, which element s·(q − t) + a + p of the kernel meets for output t.
    /// </summary>
    /// <param name="Stride">The number of phases.</param>
    /// <param name="Length">The places of a phase, those aside that no window reaches.</param>
    /// <param name="Kernel">The elements of a part of the kernel.</param>
    /// <param name="Front">The zeros before the kernel that make its first element one of the first phase.</param>
    /// <param name="Back">The zeros behind it that make its parts equally long.</param>
    /// <param name="PadBegin">The padding before a phase.</param>
    /// <param name="PadEnd">The padding behind a phase.</param>
    private readonly record struct Phases(long Stride, long Length, long Kernel, long Front, long Back, long PadBegin, long PadEnd)
    {
        public static Phases Of(WindowGeometry geometry, int axis)
        {
            long stride = geometry.Strides[axis], kernel = geometry.Kernel[axis], before = geometry.PadsBegin[axis];
            long padBegin = (before + stride - 1) / stride, front = (stride * padBegin) - before;
            long parts = (front + kernel + stride - 1) / stride, reached = geometry.Output[axis] + parts - 1 - padBegin;
            long length = Math.Min(reached, (geometry.Input[axis] + stride - 1) / stride);
            return new Phases(stride, length, parts, front, (stride * parts) - front - kernel, padBegin, reached - length);
        }
    }
}
