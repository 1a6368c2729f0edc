using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The gradient of a run of a tensor along one axis, and zero elsewhere: what a node that reads that run contributes.</summary>
/// <param name="Gradient">The gradient of the run.</param>
/// <param name="Axis">The axis, not negative.</param>
/// <param name="Start">Where the run begins.</param>
/// <param name="Length">Its length.</param>
internal sealed record GradientPart(string Gradient, int Axis, long Start, long Length)
{
    /// <summary>
    /// Makes parts whole. Those that lie side by side along an axis and leave nothing out, as queries, keys and values of one product do,
    /// become one tensor with one Concat; any other gets zeros around it.
    /// </summary>
    /// <returns>Tensors of the given shape, whose sum is the gradient.</returns>
    public static IEnumerable<string> Join(GraphBuilder graph, IReadOnlyList<GradientPart> parts, long[] shape)
    {
        foreach (var axis in parts.GroupBy(part => part.Axis))
        {
            var ordered = axis.OrderBy(part => part.Start).ToArray();
            if (ordered.Length > 1 && Tile(ordered, shape[axis.Key]))
            {
                yield return graph.Concat(ordered.Select(part => part.Gradient).ToArray(), axis.Key);
                continue;
            }

            foreach (var part in axis)
                yield return graph.Add("Pad", [part.Gradient, graph.Int64s(part.Zeros(shape))]);
        }
    }

    private static bool Tile(GradientPart[] ordered, long size)
    {
        long end = 0;
        foreach (var part in ordered)
        {
            if (part.Start != end)
                return false;
            end += part.Length;
        }

        return end == size;
    }

    private long[] Zeros(long[] shape)
    {
        long[] pads = new long[2 * shape.Length];
        pads[Axis] = Start;
        pads[Axis + shape.Length] = shape[Axis] - Start - Length;
        return pads;
    }
}
