using System.Numerics.Tensors;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Convolution and pooling over two spatial axes (or one, given a second of size 1) in double precision.</summary>
internal static class ReferenceWindows
{
    private sealed record Axis(long Input, long Output, long Kernel, long Stride, long Dilation, long Pad, long PadEnd);

    public static ReferenceTensor Conv(NodeProto node, ReferenceTensor x, ReferenceTensor w, ReferenceTensor? b)
    {
        var axes = Axes(node, x.Shape[2..], w.Shape[2..], ceil: false);
        long[] shape = [x.Shape[0], w.Shape[0], .. axes.Select(axis => axis.Output)];
        var (rows, columns) = (axes[0], axes.Length > 1 ? axes[1] : new Axis(1, 1, 1, 1, 1, 0, 0));
        long group = node.Int("group", 1), outputs = w.Shape[0], inputs = w.Shape[1], placesX = rows.Input * columns.Input;
        double[] y = new double[ReferenceTensor.Count(shape)];
        Parallel.For(0, (int)(x.Shape[0] * outputs), plane =>
        {
            long n = plane / outputs, o = plane % outputs, firstInput = o / (outputs / group) * inputs;
            var target = y.AsSpan((int)(plane * rows.Output * columns.Output), (int)(rows.Output * columns.Output));
            target.Fill(b?.Data[o] ?? 0);
            for (long i = 0; i < inputs; i++)
            {
                var source = x.Data.AsSpan((int)(((n * x.Shape[1]) + firstInput + i) * placesX), (int)placesX);
                for (long kh = 0; kh < rows.Kernel; kh++)
                {
                    for (long kw = 0; kw < columns.Kernel; kw++)
                    {
                        double weight = w.Data[(((((o * inputs) + i) * rows.Kernel) + kh) * columns.Kernel) + kw];
                        AddShifted(source, target, weight, rows, columns, kh, kw);
                    }

                }
            }
        });
        return new ReferenceTensor(shape, y);
    }

    public static ReferenceTensor Pool(NodeProto node, ReferenceTensor x)
    {
        var axes = Axes(node, x.Shape[2..], node.Ints("kernel_shape")!.ToArray(), node.Int("ceil_mode", 0) != 0);
        long[] shape = [x.Shape[0], x.Shape[1], .. axes.Select(axis => axis.Output)];
        var (rows, columns) = (axes[0], axes.Length > 1 ? axes[1] : new Axis(1, 1, 1, 1, 1, 0, 0));
        bool isMax = node.OpType == "MaxPool", isNorm = node.OpType == "LpPool", countsPadding = node.Int("count_include_pad", 0) != 0;
        double[] y = new double[ReferenceTensor.Count(shape)];
        long placesX = rows.Input * columns.Input, planes = x.Shape[0] * x.Shape[1];
        int at = 0;
        for (long plane = 0; plane < planes; plane++)
        {
            var source = x.Data.AsSpan((int)(plane * placesX), (int)placesX);
            for (long oh = 0; oh < rows.Output; oh++)
            {
                for (long ow = 0; ow < columns.Output; ow++)
                {
                    double sum = 0, max = double.NegativeInfinity;
                    long count = 0;
                    for (long kh = 0; kh < rows.Kernel; kh++)
                    {
                        for (long kw = 0; kw < columns.Kernel; kw++)
                        {
                            long h = (oh * rows.Stride) + (kh * rows.Dilation) - rows.Pad;
                            long v = (ow * columns.Stride) + (kw * columns.Dilation) - columns.Pad;
                            bool isInside = h >= 0 && h < rows.Input && v >= 0 && v < columns.Input;
                            bool isPadding = !isInside && h < rows.Input + rows.PadEnd && v < columns.Input + columns.PadEnd;
                            double value = isInside ? source[(int)((h * columns.Input) + v)] : 0;
                            sum += isNorm ? Math.Pow(Math.Abs(value), node.Int("p", 2)) : value;
                            max = isInside ? Math.Max(max, value) : max;
                            count += isInside || (isPadding && countsPadding) ? 1 : 0;
                        }
                    }

                    y[at++] = isMax ? max : isNorm ? Math.Pow(sum, 1.0 / node.Int("p", 2)) : sum / count;
                }
            }
        }

        return new ReferenceTensor(shape, y);
    }

    /// <summary>Every element of x adds W, scaled, to the window that it stands for; pads cut the borders off.</summary>
    public static ReferenceTensor ConvTranspose(NodeProto node, ReferenceTensor[] inputs)
    {
        var (x, w) = (inputs[0], inputs[1]);
        int rank = x.Shape.Length - 2;
        long[] ones = [.. Enumerable.Repeat(1L, rank)], zeros = new long[rank];
        long[] strides = node.Ints("strides") ?? ones, dilations = node.Ints("dilations") ?? ones;
        long[] added = node.Ints("output_padding") ?? zeros;
        long[] full = [.. Enumerable.Range(0, rank).Select(i =>
            ((x.Shape[i + 2] - 1) * strides[i]) + added[i] + (dilations[i] * (w.Shape[i + 2] - 1)) + 1)];
        long[] pads = node.Ints("pads") ?? [.. zeros, .. zeros];
        string autoPad = node.Text("auto_pad", "NOTSET");
        if (autoPad.StartsWith("SAME", StringComparison.Ordinal) || node.Ints("output_shape") is not null)
        {
            long[] total = [.. full.Select((size, i) => size - (node.Ints("output_shape")?[i] ?? (x.Shape[i + 2] * strides[i])))];
            pads = autoPad == "SAME_UPPER"
                ? [.. total.Select(t => t / 2), .. total.Select(t => t - (t / 2))]
                : [.. total.Select(t => t - (t / 2)), .. total.Select(t => t / 2)];
        }

        long group = node.Int("group", 1), perGroup = w.Shape[1], inputsPerGroup = x.Shape[1] / group;
        long[] size = [.. full.Select((length, i) => length - pads[i] - pads[i + rank])];
        var y = ReferenceTensor.Fill([x.Shape[0], perGroup * group, .. size], 0);
        foreach (long[] from in ReferenceMovement.All(x.Shape))
        {
            foreach (long[] element in ReferenceMovement.All([perGroup, .. w.Shape[2..]]))
            {
                long[] at = [.. Enumerable.Range(0, rank).Select(i =>
                    (from[i + 2] * strides[i]) + (element[i + 1] * dilations[i]) - pads[i])];
                if (at.Zip(size, (place, length) => place < 0 || place >= length).Any(outside => outside))
                    continue;
                long target = (from[0] * y.Shape[1]) + (from[1] / inputsPerGroup * perGroup) + element[0];
                for (int i = 0; i < rank; i++)
                    target = (target * size[i]) + at[i];
                y.Data[target] += ReferenceMovement.Read(x, from) * ReferenceMovement.Read(w, [from[1], .. element]);
            }
        }

        long places = ReferenceTensor.Count(size);
        return inputs.Length > 2 ? y with { Data = [.. y.Data.Select((v, i) => v + inputs[2].Data[i / places % y.Shape[1]])] } : y;
    }

    private static void AddShifted(
        ReadOnlySpan<double> source, Span<double> target, double weight, Axis rows, Axis columns, long kh, long kw)
    {
        if (columns is { Kernel: 1, Stride: 1, Pad: 0, PadEnd: 0 } && rows is { Kernel: 1, Stride: 1, Pad: 0, PadEnd: 0 })
        {
            TensorPrimitives.MultiplyAdd(source, weight, target, target);
            return;
        }

        long first = (kw * columns.Dilation) - columns.Pad;
        int low = (int)Math.Max(0, (-first + columns.Stride - 1) / columns.Stride);
        int high = (int)Math.Min(columns.Output, (columns.Input - first + columns.Stride - 1) / columns.Stride);
        for (long oh = 0; oh < rows.Output; oh++)
        {
            long h = (oh * rows.Stride) + (kh * rows.Dilation) - rows.Pad;
            if (h < 0 || h >= rows.Input || low >= high)
                continue;
            var to = target.Slice((int)(oh * columns.Output) + low, high - low);
            var from = source[(int)((h * columns.Input) + (low * columns.Stride) + first)..];
            if (columns.Stride == 1)
            {
                TensorPrimitives.MultiplyAdd(from[..to.Length], weight, to, to);
                continue;
            }

            for (int i = 0; i < to.Length; i++)
                to[i] += weight * from[(int)(i * columns.Stride)];
        }
    }

    private static Axis[] Axes(NodeProto node, long[] input, long[] kernel, bool ceil)
    {
        int rank = input.Length;
        long[] ones = [.. Enumerable.Repeat(1L, rank)];
        long[] strides = node.Ints("strides") ?? ones, dilations = node.Ints("dilations") ?? ones;
        long[] pads = node.Ints("pads") ?? new long[2 * rank];
        string autoPad = node.Text("auto_pad", "NOTSET");
        return [.. Enumerable.Range(0, rank).Select(i =>
        {
            long extent = (dilations[i] * (kernel[i] - 1)) + 1, begin = pads[i], end = pads[i + rank], output;
            if (autoPad.StartsWith("SAME", StringComparison.Ordinal))
            {
                output = (input[i] + strides[i] - 1) / strides[i];
                long total = Math.Max(0, ((output - 1) * strides[i]) + extent - input[i]);
                begin = autoPad == "SAME_UPPER" ? total / 2 : (total + 1) / 2;
                end = total - begin;
            }
            else
            {
                long room = input[i] + begin + end - extent;
                output = ((ceil ? room + strides[i] - 1 : room) / strides[i]) + 1;
                // A window that would start in the padding after the input does not count.
                if (ceil && (output - 1) * strides[i] >= input[i] + begin)
                    output--;
            }

            return new Axis(input[i], output, kernel[i], strides[i], dilations[i], begin, end);
        })];
    }
}
