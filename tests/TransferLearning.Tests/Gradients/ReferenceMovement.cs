using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Operators that read and write elements by index, coordinate by coordinate from the specification.</summary>
internal static class ReferenceMovement
{
    public static ReferenceTensor Gather(NodeProto node, ReferenceTensor[] inputs)
    {
        var (x, indices) = (inputs[0], inputs[1]);
        int axis = ReferenceInterpreter.Axis(node.Int("axis", 0), x.Shape.Length), depth = indices.Shape.Length;
        return Build([.. x.Shape[..axis], .. indices.Shape, .. x.Shape[(axis + 1)..]], at =>
            Read(x, [.. at[..axis], Wrap(Read(indices, at[axis..(axis + depth)]), x.Shape[axis]), .. at[(axis + depth)..]]));
    }

    public static ReferenceTensor GatherElements(NodeProto node, ReferenceTensor[] inputs)
    {
        int axis = ReferenceInterpreter.Axis(node.Int("axis", 0), inputs[0].Shape.Length);
        return Build(inputs[1].Shape, at => Read(inputs[0], Moved(inputs, at, axis)));
    }

    public static ReferenceTensor GatherND(NodeProto node, ReferenceTensor[] inputs)
    {
        var (x, indices) = (inputs[0], inputs[1]);
        int batch = (int)node.Int("batch_dims", 0), outer = indices.Shape.Length - 1, depth = (int)indices.Shape[^1];
        return Build([.. indices.Shape[..outer], .. x.Shape[(batch + depth)..]], at =>
            Read(x, [.. at[..batch], .. Coordinates(x, indices, at[..outer], batch), .. at[outer..]]));
    }

    public static ReferenceTensor ScatterElements(NodeProto node, ReferenceTensor[] inputs)
    {
        int axis = ReferenceInterpreter.Axis(node.Int("axis", 0), inputs[0].Shape.Length);
        return Scatter(node, inputs[0], inputs[2], at => Moved(inputs, at, axis));
    }

    public static ReferenceTensor ScatterND(NodeProto node, ReferenceTensor[] inputs)
    {
        int outer = inputs[1].Shape.Length - 1;
        return Scatter(node, inputs[0], inputs[2], at => [.. Coordinates(inputs[0], inputs[1], at[..outer], 0), .. at[outer..]]);
    }

    public static ReferenceTensor Tile(NodeProto node, ReferenceTensor[] inputs) => Build(
        [.. inputs[0].Shape.Zip(inputs[1].Data, (size, copies) => size * (long)copies)],
        at => Read(inputs[0], [.. at.Zip(inputs[0].Shape, (index, size) => index % size)]));

    public static ReferenceTensor CumSum(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        int axis = ReferenceInterpreter.Axis((long)inputs[1].Data[0], x.Shape.Length);
        bool isExclusive = node.Int("exclusive", 0) != 0, isReverse = node.Int("reverse", 0) != 0;
        return Build(x.Shape, at =>
        {
            double sum = 0;
            for (long i = 0; i < x.Shape[axis]; i++)
            {
                if (isReverse ? i >= at[axis] : i <= at[axis])
                    sum += isExclusive && i == at[axis] ? 0 : Read(x, [.. at[..axis], i, .. at[(axis + 1)..]]);
            }

            return sum;
        });
    }

    public static ReferenceTensor Trilu(NodeProto node, ReferenceTensor[] inputs)
    {
        double k = inputs.Length > 1 ? inputs[1].Data[0] : 0;
        bool isUpper = node.Int("upper", 1) != 0;
        return Build(inputs[0].Shape, at =>
            (isUpper ? at[^1] - at[^2] >= k : at[^1] - at[^2] <= k) ? Read(inputs[0], at) : 0);
    }

    public static ReferenceTensor DepthToSpace(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        long b = node.Int("blocksize", 1), channels = x.Shape[1] / (b * b);
        bool isChannelFirst = node.Text("mode", "DCR") == "CRD";
        return Build([x.Shape[0], channels, x.Shape[2] * b, x.Shape[3] * b], at =>
        {
            long block = (at[2] % b * b) + (at[3] % b);
            return Read(x, [at[0], isChannelFirst ? (at[1] * b * b) + block : (block * channels) + at[1], at[2] / b, at[3] / b]);
        });
    }

    public static ReferenceTensor SpaceToDepth(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        long b = node.Int("blocksize", 1);
        return Build([x.Shape[0], x.Shape[1] * b * b, x.Shape[2] / b, x.Shape[3] / b], at =>
        {
            long block = at[1] / x.Shape[1];
            return Read(x, [at[0], at[1] % x.Shape[1], (at[2] * b) + (block / b), (at[3] * b) + (block % b)]);
        });
    }

    /// <summary>A tensor whose elements are a function of their coordinates.</summary>
    public static ReferenceTensor Build(long[] shape, Func<long[], double> element) =>
        new(shape, [.. All(shape).Select(element)]);

    public static IEnumerable<long[]> All(long[] shape)
    {
        for (long i = 0; i < ReferenceTensor.Count(shape); i++)
        {
            long[] at = new long[shape.Length];
            long rest = i;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                at[axis] = rest % shape[axis];
                rest /= shape[axis];
            }

            yield return at;
        }
    }

    public static double Read(ReferenceTensor x, long[] at) => x.Data[Place(x, at)];

    private static ReferenceTensor Scatter(NodeProto node, ReferenceTensor data, ReferenceTensor updates, Func<long[], long[]> target)
    {
        double[] result = [.. data.Data];
        bool adds = node.Text("reduction", "none") == "add";
        foreach (long[] at in All(updates.Shape))
        {
            long place = Place(data, target(at));
            result[place] = (adds ? result[place] : 0) + Read(updates, at);
        }

        return data with { Data = result };
    }

    private static long[] Moved(ReferenceTensor[] inputs, long[] at, int axis) =>
        [.. at[..axis], Wrap(Read(inputs[1], at), inputs[0].Shape[axis]), .. at[(axis + 1)..]];

    private static IEnumerable<long> Coordinates(ReferenceTensor x, ReferenceTensor indices, long[] at, int batch) =>
        Enumerable.Range(0, (int)indices.Shape[^1]).Select(k => Wrap(Read(indices, [.. at, k]), x.Shape[batch + k]));

    private static long Wrap(double index, long size) => index < 0 ? (long)index + size : (long)index;

    private static long Place(ReferenceTensor x, long[] at)
    {
        long place = 0;
        for (int axis = 0; axis < at.Length; axis++)
            place = (place * x.Shape[axis]) + at[axis];
        return place;
    }
}
