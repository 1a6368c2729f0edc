using System.Collections.Frozen;

namespace TransferLearning.Onnx;

/// <summary>
/// Computes nodes whose inputs are known: what exporters write to find shapes, indices and masks. Values keep their declared types, and
/// arithmetic wraps and rounds as the types do.
/// </summary>
internal static partial class ConstantEvaluator
{
    private static readonly FrozenDictionary<string, Func<EvaluatedNode, HostTensor?>> Functions =
        Arithmetic().Concat(Movements()).Concat(Reductions()).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Computes the single output of a node.</summary>
    /// <returns>The value; null where the operator is not computed ahead, or the value is too large.</returns>
    /// <exception cref="OnnxGraphException">An input has the wrong type or shape; the message names the node.</exception>
    public static HostTensor? TryEvaluate(EvaluatedNode node)
    {
        if (!node.Node.IsStandard || !Functions.TryGetValue(node.Node.OpType, out var function))
            return null;
        try
        {
            return function(node);
        }
        catch (FoldingBudget.ExceededException)
        {
            return null;
        }
    }

    /// <summary>Cuts a known tensor into the outputs of a Split; null where the parts do not add up.</summary>
    public static HostTensor[]? TrySplit(EvaluatedNode node)
    {
        var x = node[0];
        int axis = node.Axis("axis", 0, x.Dimensions.Length), count = node.Node.Output.Count;
        long size = x.Dimensions[axis], part = (size + count - 1) / Math.Max(1, count), start = 0;
        long[] parts = node.Has(1) ? node.Integers(1) : node.Node.Ints("split")
            ?? [.. Enumerable.Range(0, count).Select(i => Math.Clamp(size - (i * part), 0, part))];
        if (parts.Length != count || parts.Any(length => length < 0) || parts.Sum() != size)
            return null;
        var outputs = new HostTensor[count];
        for (int i = 0; i < count; i++)
        {
            long first = start;
            long[] dimensions = [.. x.Dimensions];
            dimensions[axis] = parts[i];
            outputs[i] = Pick(node, x, dimensions, at => Offset(x, at, axis, at[axis] + first));
            start += parts[i];
        }

        return outputs;
    }

    /// <summary>A tensor whose elements are found in another by their coordinates.</summary>
    private static HostTensor Pick(EvaluatedNode node, HostTensor source, long[] dimensions, Func<long[], long> positionOf)
    {
        int[] positions = new int[node.Count(dimensions)];
        long[] at = new long[dimensions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = (int)positionOf(at);
            Advance(at, dimensions);
        }

        return source.Select(dimensions, positions);
    }

    /// <summary>The next coordinates in row-major order.</summary>
    private static void Advance(long[] at, long[] dimensions)
    {
        for (int axis = at.Length - 1; axis >= 0; axis--)
        {
            if (++at[axis] < dimensions[axis])
                return;
            at[axis] = 0;
        }
    }

    /// <summary>The position of the element at the given coordinates, of which one is replaced.</summary>
    private static long Offset(HostTensor x, long[] at, int axis, long coordinate)
    {
        long position = 0;
        for (int i = 0; i < at.Length; i++)
            position = (position * x.Dimensions[i]) + (i == axis ? coordinate : at[i]);
        return position;
    }

    /// <summary>The position of the element that broadcasting shows at the given coordinates.</summary>
    private static long Broadcast(HostTensor x, long[] at)
    {
        int added = at.Length - x.Dimensions.Length;
        long position = 0;
        for (int i = 0; i < x.Dimensions.Length; i++)
            position = (position * x.Dimensions[i]) + (x.Dimensions[i] == 1 ? 0 : at[i + added]);
        return position;
    }
}
