using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Operators that move or gather elements, in double precision.</summary>
internal static class ReferenceShapes
{
    public static ReferenceTensor Transpose(ReferenceTensor x, long[] permutation)
    {
        long[] strides = Strides(x.Shape);
        return x.Strided([.. permutation.Select(axis => x.Shape[axis])], [.. permutation.Select(axis => strides[axis])]);
    }

    public static ReferenceTensor Concat(ReferenceTensor[] parts, int axis)
    {
        long outer = ReferenceTensor.Count(parts[0].Shape.AsSpan(0, axis));
        var data = new List<double>();
        for (long i = 0; i < outer; i++)
        {
            foreach (var part in parts)
            {
                long run = part.Data.Length / outer;
                data.AddRange(part.Data.AsSpan((int)(i * run), (int)run));
            }
        }

        long[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        return new ReferenceTensor(shape, [.. data]);
    }

    public static ReferenceTensor[] Split(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        int axis = ReferenceInterpreter.Axis(node.Int("axis", 0), x.Shape.Length), parts = node.Output.Count;
        long even = (x.Shape[axis] + parts - 1) / parts, start = 0;
        long[] sizes = inputs.Length > 1
            ? inputs[1].ToInt64()
            : [.. Enumerable.Range(0, parts).Select(i => Math.Min(even, x.Shape[axis] - (i * even)))];
        return [.. sizes.Select(size => Range(x, axis, (start += size) - size, 1, size))];
    }

    public static ReferenceTensor Slice(ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        long[] starts = inputs[1].ToInt64(), ends = inputs[2].ToInt64();
        long[] axes = inputs.Length > 3 && inputs[3] is { } a ? a.ToInt64() : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = inputs.Length > 4 ? inputs[4].ToInt64() : [.. starts.Select(_ => 1L)];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = ReferenceInterpreter.Axis(axes[i], x.Shape.Length);
            long size = x.Shape[axis], step = steps[i];
            long start = starts[i] < 0 ? starts[i] + size : starts[i], end = ends[i] < 0 ? ends[i] + size : ends[i];
            start = step > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, size - 1);
            end = step > 0 ? Math.Clamp(end, 0, size) : Math.Clamp(end, -1, size - 1);
            x = Range(x, axis, start, step, Math.Max(0, (end - start + step - Math.Sign(step)) / step));
        }

        return x;
    }

    public static ReferenceTensor Pad(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        long[] pads = inputs[1].ToInt64();
        string mode = node.Text("mode", "constant");
        double fill = inputs.Length > 2 && inputs[2] is { } value ? value.Data[0] : 0;
        int[] axes = inputs.Length > 3 && inputs[3] is { } given
            ? [.. given.ToInt64().Select(axis => ReferenceInterpreter.Axis(axis, x.Shape.Length))]
            : [.. Enumerable.Range(0, x.Shape.Length)];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i];
            long size = x.Shape[axis], begin = pads[i], total = size + begin + pads[i + axes.Length];
            long outer = ReferenceTensor.Count(x.Shape.AsSpan(0, axis)), inner = ReferenceTensor.Count(x.Shape.AsSpan(axis + 1));
            long[] shape = [.. x.Shape];
            shape[axis] = total;
            var y = ReferenceTensor.Fill(shape, fill);
            for (long o = 0; o < outer; o++)
            {
                for (long at = 0; at < total; at++)
                {
                    long from = at - begin;
                    from = mode switch
                    {
                        "edge" => Math.Clamp(from, 0, size - 1),
                        "wrap" => ((from % size) + size) % size,
                        "reflect" => from < 0 ? -from : from >= size ? (2 * size) - 2 - from : from,
                        _ => from,
                    };
                    if (from >= 0 && from < size)
                        Array.Copy(x.Data, ((o * size) + from) * inner, y.Data, ((o * total) + at) * inner, inner);
                }
            }

            x = y;
        }

        return x;
    }

    public static ReferenceTensor[] TopK(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        int axis = ReferenceInterpreter.Axis(node.Int("axis", -1), x.Shape.Length);
        long[] shape = [.. x.Shape];
        shape[axis] = (long)inputs[1].Data[0];
        bool isLargest = node.Int("largest", 1) != 0;
        var places = ReferenceMovement.Build(shape, at =>
        {
            double[] row = [.. Enumerable.Range(0, (int)x.Shape[axis]).Select(i =>
                ReferenceMovement.Read(x, [.. at[..axis], i, .. at[(axis + 1)..]]))];
            return Enumerable.Range(0, row.Length).OrderBy(i => isLargest ? -row[i] : row[i]).ElementAt((int)at[axis]);
        });
        var copy = new NodeProto { Attribute = { TransferLearning.Onnx.GraphBuilder.Attribute("axis", (long)axis) } };
        return [ReferenceMovement.GatherElements(copy, [x, places]), places];
    }

    public static ReferenceTensor Reshape(NodeProto node, ReferenceTensor x, long[]? argument)
    {
        var shape = x.Shape.ToList();
        switch (node.OpType)
        {
            case "Squeeze":
                int[] axes = [.. (argument ?? [.. Enumerable.Range(0, shape.Count).Where(i => shape[i] == 1).Select(i => (long)i)])
                    .Select(axis => ReferenceInterpreter.Axis(axis, shape.Count)).OrderDescending()];
                foreach (int axis in axes)
                    shape.RemoveAt(axis);
                break;
            case "Unsqueeze":
                foreach (int axis in argument!.Select(axis => ReferenceInterpreter.Axis(axis, shape.Count + argument!.Length)).Order())
                    shape.Insert(axis, 1);
                break;
            default:
                shape = [.. argument!.Select((size, i) => size == 0 ? x.Shape[i] : size)];
                int free = shape.IndexOf(-1);
                if (free >= 0)
                    shape[free] = x.Data.Length / shape.Where(size => size > 0).Aggregate(1L, (product, size) => product * size);
                break;
        }

        return x.WithShape([.. shape]);
    }

    public static ReferenceTensor Reduce(ReferenceTensor x, int[] axes, bool keepDimensions, Func<IEnumerable<double>, double> reduction)
    {
        int[] kept = [.. Enumerable.Range(0, x.Shape.Length).Except(axes)];
        var rows = Transpose(x, [.. kept.Concat(axes).Select(axis => (long)axis)]);
        int run = (int)axes.Aggregate(1L, (product, axis) => product * x.Shape[axis]);
        double[] data = [.. Enumerable.Range(0, rows.Data.Length / run).Select(i =>
            reduction(new ArraySegment<double>(rows.Data, i * run, run)))];
        long[] shape = keepDimensions
            ? [.. x.Shape.Select((size, axis) => axes.Contains(axis) ? 1 : size)]
            : [.. kept.Select(axis => x.Shape[axis])];
        return new ReferenceTensor(shape, data);
    }

    private static ReferenceTensor Range(ReferenceTensor x, int axis, long start, long step, long count)
    {
        long[] shape = [.. x.Shape], strides = Strides(x.Shape);
        shape[axis] = count;
        long offset = start * strides[axis];
        strides[axis] *= step;
        return x.Strided(shape, strides, offset);
    }

    private static long[] Strides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }
}
