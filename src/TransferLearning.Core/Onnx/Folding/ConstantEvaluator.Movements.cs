
namespace TransferLearning.Onnx;

/// <content>Functions that make, move and repeat elements.</content>
internal static partial class ConstantEvaluator
{
    private static IEnumerable<KeyValuePair<string, Func<EvaluatedNode, HostTensor?>>> Movements() =>
    [
        Entry("Constant", node => ConstantTensor.ContentOf(node.Node) is { } value && value.Dims.All(size => size >= 0)
            && node.Count([.. value.Dims]) >= 0 ? HostTensor.TryRead(value, node.Node.Describe()) : null),
        Entry("ConstantOfShape", Filled),
        Entry("Identity", node => node[0]),
        Entry("Reshape", Reshape),
        Entry("Flatten", node => Flatten(node, node[0])),
        Entry("Squeeze", Squeeze),
        Entry("Unsqueeze", Unsqueeze),
        Entry("Transpose", Transpose),
        Entry("Concat", Concat),
        Entry("Expand", Expand),
        Entry("Tile", Tile),
        Entry("Slice", node => node.Opset < 10 ? null : Slice(node, node[0])),
        Entry("Gather", Gather),
        Entry("GatherElements", GatherElements),
        Entry("ScatterND", ScatterND),
        Entry("Range", Range),
        Entry("Trilu", Trilu),
    ];

    private static HostTensor? Filled(EvaluatedNode node)
    {
        long[] dimensions = node.Integers(0);
        int count = node.Count(dimensions);
        if (node.Node.Find("value")?.T is not { } fill)
            return HostTensor.Of(OnnxElementType.Float, [.. dimensions], new double[count]);
        if (HostTensor.TryRead(fill, node.Node.Describe()) is not { Count: 1 } value)
            return null;
        return value.Select([.. dimensions], new int[count]);
    }

    private static HostTensor Reshape(EvaluatedNode node)
    {
        var x = node[0];
        long[] target = [.. node.Integers(1)];
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i] == 0 && node.Node.Int("allowzero", 0) == 0 && i < x.Dimensions.Length)
                target[i] = x.Dimensions[i];
        }

        int open = Array.IndexOf(target, -1);
        if (open >= 0)
        {
            target[open] = 1;
            int known = node.Count(target);
            target[open] = known == 0 ? 0 : x.Count / known;
        }

        if (node.Count(target) != x.Count)
            throw node.Invalid($"[{string.Join(", ", x.Dimensions)}] cannot become [{string.Join(", ", node.Integers(1))}]");
        return x.Reshaped(target);
    }

    private static HostTensor Flatten(EvaluatedNode node, HostTensor x)
    {
        long at = node.Node.Int("axis", 1);
        int axis = at == x.Dimensions.Length ? (int)at : node.Axis(at, x.Dimensions.Length);
        return x.Reshaped(TensorShape.Count(x.Dimensions.AsSpan(0, axis)), TensorShape.Count(x.Dimensions.AsSpan(axis)));
    }

    private static HostTensor Squeeze(EvaluatedNode node)
    {
        var x = node[0];
        var axes = node.Axes(1)?.Select(axis => node.Axis(axis, x.Dimensions.Length)).ToHashSet();
        if (axes?.Any(axis => x.Dimensions[axis] != 1) == true)
            throw node.Invalid($"it drops a dimension of [{string.Join(", ", x.Dimensions)}] that is not 1");
        return x.Reshaped([.. x.Dimensions.Where((size, axis) => axes is null ? size != 1 : !axes.Contains(axis))]);
    }

    private static HostTensor Unsqueeze(EvaluatedNode node)
    {
        var x = node[0];
        long[] given = node.Axes(1) ?? throw node.Invalid("it has no axes");
        int rank = x.Dimensions.Length + given.Length;
        var axes = given.Select(axis => node.Axis(axis, rank)).ToHashSet();
        if (axes.Count != given.Length)
            throw node.Invalid("an axis occurs twice");
        var sizes = new Queue<long>(x.Dimensions);
        return x.Reshaped([.. Enumerable.Range(0, rank).Select(axis => axes.Contains(axis) ? 1 : sizes.Dequeue())]);
    }

    private static HostTensor Transpose(EvaluatedNode node)
    {
        var x = node[0];
        int rank = x.Dimensions.Length;
        long[] order = node.Node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis)))
            throw node.Invalid($"[{string.Join(", ", order)}] is no order of {rank} dimensions");
        long[] strides = TensorShape.Strides(x.Dimensions);
        return Pick(node, x, [.. order.Select(axis => x.Dimensions[axis])], at => order.Select((axis, i) => at[i] * strides[axis]).Sum());
    }

    private static HostTensor Concat(EvaluatedNode node)
    {
        var first = node[0];
        int axis = node.Axis("axis", 0, first.Dimensions.Length);
        var parts = Enumerable.Range(0, node.Inputs.Count).Select(i => node[i]).ToArray();
        foreach (var part in parts)
        {
            RequireSameType(node, first, part);
            if (!part.Dimensions.Where((_, i) => i != axis).SequenceEqual(first.Dimensions.Where((_, i) => i != axis))
                || part.Dimensions.Length != first.Dimensions.Length)
            {
                throw node.Invalid("the shapes of its inputs differ");
            }
        }

        long[] dimensions = [.. first.Dimensions];
        dimensions[axis] = parts.Sum(part => part.Dimensions[axis]);
        int count = node.Count(dimensions);
        int outer = (int)TensorShape.Count(dimensions.AsSpan(0, axis));
        return first.Integers is not null
            ? HostTensor.Of(first.Type, dimensions, Interleaved(parts, part => part.Integers!, outer, count))
            : HostTensor.Of(first.Type, dimensions, Interleaved(parts, part => part.Reals!, outer, count));
    }

    private static T[] Interleaved<T>(HostTensor[] parts, Func<HostTensor, T[]> content, int outer, int count)
    {
        var all = new T[count];
        int at = 0;
        for (int row = 0; row < outer; row++)
        {
            foreach (var part in parts)
            {
                int length = part.Count / outer;
                content(part).AsSpan(row * length, length).CopyTo(all.AsSpan(at));
                at += length;
            }
        }

        return all;
    }

    private static HostTensor Expand(EvaluatedNode node)
    {
        var x = node[0];
        long[] shape = TensorShape.Broadcast(x.Dimensions, node.Integers(1))
            ?? throw node.Invalid($"[{string.Join(", ", x.Dimensions)}] does not broadcast to [{string.Join(", ", node.Integers(1))}]");
        return Pick(node, x, shape, at => Broadcast(x, at));
    }

    private static HostTensor Tile(EvaluatedNode node)
    {
        var x = node[0];
        long[] repeats = node.Integers(1);
        if (repeats.Length != x.Dimensions.Length)
            throw node.Invalid($"it has {repeats.Length} repeats for {x.Dimensions.Length} dimensions");
        long[] shape = [.. x.Dimensions.Select((size, axis) => Math.Min(size, int.MaxValue) * Math.Min(repeats[axis], int.MaxValue))];
        long[] strides = TensorShape.Strides(x.Dimensions);
        return Pick(node, x, shape, at => at.Select((coordinate, axis) => coordinate % x.Dimensions[axis] * strides[axis]).Sum());
    }

    private static HostTensor Slice(EvaluatedNode node, HostTensor x)
    {
        var range = SliceRange.Of(
            x.Dimensions,
            node.Integers(1),
            node.Integers(2),
            node.Has(3) ? node.Integers(3) : null,
            node.Has(4) ? node.Integers(4) : null)
                ?? throw node.Invalid("its starts, ends, axes and steps do not fit each other or its input");
        long[] strides = TensorShape.Strides(x.Dimensions);
        return Pick(
            node, x, range.Counts, at =>
                at.Select((coordinate, axis) => (range.Starts[axis] + (coordinate * range.Steps[axis])) * strides[axis]).Sum());
    }

    private static HostTensor Gather(EvaluatedNode node)
    {
        var (x, indices) = (node[0], node[1]);
        int axis = node.Axis("axis", 0, x.Dimensions.Length), rank = indices.Dimensions.Length;
        long[] chosen = [.. node.Integers(1).Select(index => Index(node, index, x.Dimensions[axis]))];
        long[] shape = [.. x.Dimensions[..axis], .. indices.Dimensions, .. x.Dimensions[(axis + 1)..]];
        long[] strides = TensorShape.Strides(x.Dimensions), among = TensorShape.Strides(indices.Dimensions);
        return Pick(node, x, shape, at =>
        {
            long position = 0, index = 0;
            for (int i = 0; i < at.Length; i++)
            {
                if (i < axis)
                    position += at[i] * strides[i];
                else if (i < axis + rank)
                    index += at[i] * among[i - axis];
                else
                    position += at[i] * strides[i - rank + 1];
            }

            return position + (chosen[index] * strides[axis]);
        });
    }

    private static HostTensor GatherElements(EvaluatedNode node)
    {
        var (x, indices) = (node[0], node[1]);
        int axis = node.Axis("axis", 0, x.Dimensions.Length);
        if (indices.Dimensions.Length != x.Dimensions.Length
            || indices.Dimensions.Where((size, i) => i != axis && size > x.Dimensions[i]).Any())
            throw node.Invalid("the shapes of its inputs do not fit");
        long[] chosen = [.. node.Integers(1).Select(index => Index(node, index, x.Dimensions[axis]))];
        long[] among = TensorShape.Strides(indices.Dimensions);
        return Pick(
            node, x, [.. indices.Dimensions], at => Offset(x, at, axis, chosen[at.Select((coordinate, i) => coordinate * among[i]).Sum()]));
    }

    private static HostTensor? ScatterND(EvaluatedNode node)
    {
        var (x, indices, updates) = (node[0], node[1], node[2]);
        RequireSameType(node, x, updates);
        int depth = indices.Dimensions is [.., var last] ? (int)Math.Clamp(last, 0, int.MaxValue) : 0;
        if (node.Node.Text("reduction", "none") != "none" || depth == 0)
            return null;
        if (depth > x.Dimensions.Length)
            throw node.Invalid("its indices have more coordinates than its input");
        long[] strides = TensorShape.Strides(x.Dimensions), coordinates = node.Integers(1);
        int row = (int)TensorShape.Count(x.Dimensions.AsSpan(depth)), count = coordinates.Length / depth;
        if (updates.Count != (long)count * row)
            throw node.Invalid("it has not as many updates as indices");
        node.Count(x.Dimensions);
        var (integers, reals) = ((long[]?)x.Integers?.Clone(), (double[]?)x.Reals?.Clone());
        for (int i = 0; i < count; i++)
        {
            long position = 0;
            for (int axis = 0; axis < depth; axis++)
                position += Index(node, coordinates[(i * depth) + axis], x.Dimensions[axis]) * strides[axis];
            if (integers is not null)
                Array.Copy(updates.Integers!, i * row, integers, position, row);
            else
                Array.Copy(updates.Reals!, i * row, reals!, position, row);
        }

        return integers is not null ? HostTensor.Of(x.Type, x.Dimensions, integers) : HostTensor.Of(x.Type, x.Dimensions, reals!);
    }

    private static HostTensor? Range(EvaluatedNode node)
    {
        var (start, limit, step) = (node[0], node[1], node[2]);
        RequireSameType(node, start, limit);
        RequireSameType(node, start, step);
        if (start.Count != 1 || limit.Count != 1 || step.Count != 1)
            throw node.Invalid("its inputs are not single numbers");
        if (start.Reals is not null)
        {
            double first = start.Reals[0], by = step.Reals![0], length = Math.Ceiling((limit.Reals![0] - first) / by);
            if (double.IsNaN(length))
                return null;
            double[] numbers = new double[node.Count([(long)Math.Clamp(length, 0, int.MaxValue)])];
            return HostTensor.Of(start.Type, [numbers.Length], [.. numbers.Select((_, i) => first + (i * by))]);
        }

        long from = start.Integers![0], stride = step.Integers![0];
        if (stride == 0)
            throw node.Invalid("its step is 0");
        Int128 distance = (Int128)limit.Integers![0] - from, rounded = (distance + stride - (stride > 0 ? 1 : -1)) / stride;
        long[] values = new long[node.Count([(long)Int128.Clamp(rounded, 0, int.MaxValue)])];
        for (int i = 0; i < values.Length; i++)
            values[i] = from + (i * stride);
        return HostTensor.Of(start.Type, [values.Length], values);
    }

    private static HostTensor? Trilu(EvaluatedNode node)
    {
        var x = node[0];
        if (x.Dimensions.Length < 2)
            throw node.Invalid("its input is no matrix");
        bool upper = node.Node.Int("upper", 1) != 0;
        long diagonal = node.Has(1) ? Math.Clamp(node.Integers(1).FirstOrDefault(), -FoldingBudget.MaxElements, FoldingBudget.MaxElements)
            : 0;
        long rows = x.Dimensions[^2], columns = x.Dimensions[^1];
        node.Count(x.Dimensions);
        bool Keeps(int i)
        {
            long row = i / columns % rows, column = i % columns;
            return upper ? column >= row + diagonal : column <= row + diagonal;
        }

        return x.Integers is not null
            ? HostTensor.Of(x.Type, x.Dimensions, [.. x.Integers.Select((value, i) => Keeps(i) ? value : 0)])
            : HostTensor.Of(x.Type, x.Dimensions, [.. x.Reals!.Select((value, i) => Keeps(i) ? value : 0)]);
    }

    private static long Index(EvaluatedNode node, long index, long size)
    {
        if (index < -size || index >= size)
            throw node.Invalid($"it reads element {index} of {size}");
        return index < 0 ? index + size : index;
    }
}
