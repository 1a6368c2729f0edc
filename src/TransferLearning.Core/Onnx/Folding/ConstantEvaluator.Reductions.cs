namespace TransferLearning.Onnx;

/// <content>Functions over several elements.</content>
internal static partial class ConstantEvaluator
{
    private static IEnumerable<KeyValuePair<string, Func<EvaluatedNode, HostTensor?>>> Reductions() =>
    [
        Reduction("ReduceSum", (a, b) => unchecked(a + b), (a, b) => a + b),
        Reduction("ReduceProd", (a, b) => unchecked(a * b), (a, b) => a * b),
        Reduction("ReduceMax", Math.Max, Math.Max),
        Reduction("ReduceMin", Math.Min, Math.Min),
        Entry("ReduceMean", node => Reduce(node, null, (a, b) => a + b, isMean: true)),
        Entry("CumSum", CumulativeSum),
        Entry("NonZero", NonZero),
        Entry("ArgMax", node => Best(node, (a, b) => a > b)),
        Entry("ArgMin", node => Best(node, (a, b) => a < b)),
    ];

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Reduction(
        string name, Func<long, long, long> integers, Func<double, double, double> reals) =>
        Entry(name, node => Reduce(node, integers, reals, isMean: false));

    private static HostTensor? Reduce(
        EvaluatedNode node, Func<long, long, long>? integers, Func<double, double, double> reals, bool isMean)
    {
        var x = node[0];
        int rank = x.Dimensions.Length;
        long[] given = node.Axes(1) ?? [];
        if (given.Length == 0 && node.Node.Int("noop_with_empty_axes", 0) != 0)
            return x;
        var axes = (given.Length == 0 ? Enumerable.Range(0, rank) : given.Select(axis => node.Axis(axis, rank))).ToHashSet();
        if (x.Count == 0 || (x.Integers is not null && integers is null))
            return null;
        long[] kept = [.. x.Dimensions.Select((size, axis) => axes.Contains(axis) ? 1 : size)];
        int count = node.Count(kept);
        var (whole, real) = (x.Integers is null ? null : new long[count], x.Reals is null ? null : new double[count]);
        bool[] seen = new bool[count];
        long[] strides = TensorShape.Strides(kept), at = new long[rank];
        for (int i = 0; i < x.Count; i++)
        {
            long target = 0;
            for (int axis = 0; axis < rank; axis++)
                target += axes.Contains(axis) ? 0 : at[axis] * strides[axis];
            if (whole is not null)
                whole[target] = seen[target] ? integers!(whole[target], x.Integers![i]) : x.Integers![i];
            else
                real![target] = seen[target] ? reals(real[target], x.Reals![i]) : x.Reals![i];
            seen[target] = true;
            Advance(at, x.Dimensions);
        }

        if (isMean)
            real = Array.ConvertAll(real!, sum => sum * count / x.Count);
        long[] shape = node.Node.Int("keepdims", 1) != 0 ? kept : [.. x.Dimensions.Where((_, axis) => !axes.Contains(axis))];
        return whole is not null ? HostTensor.Of(x.Type, shape, whole) : HostTensor.Of(x.Type, shape, real!);
    }

    private static HostTensor? CumulativeSum(EvaluatedNode node)
    {
        var x = node[0];
        if (x.Integers is null || node.Node.Int("exclusive", 0) != 0 || node.Node.Int("reverse", 0) != 0
            || node.Integers(1) is not [var at])
            return null;
        int axis = node.Axis(at, x.Dimensions.Length);
        long step = TensorShape.Strides(x.Dimensions)[axis];
        node.Count(x.Dimensions);
        long[] sums = [.. x.Integers];
        for (long i = 0; i < sums.Length; i++)
        {
            if (i / step % x.Dimensions[axis] > 0)
                sums[i] = unchecked(sums[i] + sums[i - step]);
        }

        return HostTensor.Of(x.Type, x.Dimensions, sums);
    }

    private static HostTensor? NonZero(EvaluatedNode node)
    {
        var x = node[0];
        int[] found = [.. Enumerable.Range(0, x.Count).Where(i => x.Integers is not null ? x.Integers[i] != 0 : x.Reals![i] != 0)];
        int rank = x.Dimensions.Length;
        if (rank == 0)
            return null;
        long[] strides = TensorShape.Strides(x.Dimensions), coordinates = new long[node.Count([rank, found.Length])];
        for (int axis = 0; axis < rank; axis++)
        {
            for (int i = 0; i < found.Length; i++)
                coordinates[(axis * found.Length) + i] = found[i] / strides[axis] % x.Dimensions[axis];
        }

        return HostTensor.Of(OnnxElementType.Int64, [rank, found.Length], coordinates);
    }

    private static HostTensor? Best(EvaluatedNode node, Func<double, double, bool> isBetter)
    {
        var x = node[0];
        int axis = node.Axis("axis", 0, x.Dimensions.Length);
        if (node.Node.Int("select_last_index", 0) != 0 || x.Dimensions[axis] == 0)
            return null;
        long[] kept = [.. x.Dimensions];
        kept[axis] = 1;
        long step = TensorShape.Strides(x.Dimensions)[axis];
        long[] best = new long[node.Count(kept)];
        for (long i = 0; i < best.Length; i++)
        {
            long start = (i / step * step * x.Dimensions[axis]) + (i % step);
            for (long candidate = 1; candidate < x.Dimensions[axis]; candidate++)
            {
                if (isBetter(Number(x, start + (candidate * step)), Number(x, start + (best[i] * step))))
                    best[i] = candidate;
            }
        }

        long[] shape = node.Node.Int("keepdims", 1) != 0 ? kept : [.. kept.Where((_, i) => i != axis)];
        return HostTensor.Of(OnnxElementType.Int64, shape, best);
    }

    private static double Number(HostTensor x, long position) => x.Integers is not null ? x.Integers[position] : x.Reals![position];
}
