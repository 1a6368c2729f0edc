using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Fuzz;

/// <summary>
/// Changes of the constants of a model that leave each one sound in itself: another type of number, other numbers, another shape. So what
/// reads shapes, axes, indices and limits sees every type in every place.
/// </summary>
internal static class TensorMutations
{
    private static readonly OnnxElementType[] Types =
    [
        OnnxElementType.Int32, OnnxElementType.Int64, OnnxElementType.Bool, OnnxElementType.Float16, OnnxElementType.Float,
        OnnxElementType.Double, OnnxElementType.UInt8, OnnxElementType.Int8, OnnxElementType.UInt64, OnnxElementType.BFloat16,
    ];

    private static readonly long[] Numbers =
        [-1, 0, 1, 2, 3, 4, 7, -2, -3, 16, 255, 1024, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 40];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
        [Edit(Retype), Edit(Retype), Edit(Renumber), Edit(Reshape), EditNode(Rewire), EditNode(Reattribute)];

    private static Mutation Edit(Func<HostTensor, Random, HostTensor> change) => EditGraph((graph, random) =>
    {
        var tensors = graph.Initializer.Concat(graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T)
            .Where(tensor => tensor is not null)).ToArray();
        if (tensors.Length == 0)
            return;
        var tensor = tensors[random.Next(tensors.Length)];
        if (HostTensor.TryRead(tensor, tensor.Name) is not { Count: < 4096 } value)
            return;
        var changed = change(value, random).ToProto(tensor.Name);
        tensor.DataType = changed.DataType;
        tensor.RawData = changed.RawData;
        tensor.Dims.Clear();
        tensor.Dims.Add(changed.Dims);
        foreach (System.Collections.IList numbers in (System.Collections.IList[])
            [tensor.FloatData, tensor.Int32Data, tensor.Int64Data, tensor.DoubleData, tensor.Uint64Data])
        {
            numbers.Clear();
        }
    });

    private static Mutation EditNode(Action<GraphProto, NodeProto, Random> change) => EditGraph((graph, random) =>
    {
        if (graph.Node.Count > 0)
            change(graph, graph.Node[random.Next(graph.Node.Count)], random);
    });

    private static Mutation EditGraph(Action<GraphProto, Random> change) => (input, _, random) =>
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(input);
            if (model.Graph is null)
                return input;
            change(model.Graph, random);
            return model.ToByteArray();
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or OnnxGraphException)
        {
            return input;
        }
    };

    private static HostTensor Retype(HostTensor value, Random random)
    {
        var type = Types[random.Next(Types.Length)];
        double Number(int i) => value.Integers is { } integers ? integers[i] : value.Reals![i];
        return TensorContent.IsInteger(type)
            ? HostTensor.Of(
                type, value.Dimensions, [.. Enumerable.Range(0, value.Count).Select(i => (long)Math.Clamp(Number(i), -1e15, 1e15))])
            : HostTensor.Of(type, value.Dimensions, [.. Enumerable.Range(0, value.Count).Select(Number)]);
    }

    private static HostTensor Renumber(HostTensor value, Random random)
    {
        if (value.Count == 0)
            return value;
        int at = random.Next(value.Count);
        long number = Numbers[random.Next(Numbers.Length)];
        if (value.Integers is { } integers)
            return HostTensor.Of(value.Type, value.Dimensions, [.. integers.Select((old, i) => i == at ? number : old)]);
        double real = random.Next(8) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1e-40, _ => number / 2.0 };
        return HostTensor.Of(value.Type, value.Dimensions, [.. value.Reals!.Select((old, i) => i == at ? real : old)]);
    }

    private static HostTensor Reshape(HostTensor value, Random random)
    {
        int count = random.Next(4) == 0 ? 0 : Math.Min(value.Count, 1 + random.Next(4));
        long[] dimensions = random.Next(3) switch { 0 => [count], 1 => [count, 1], _ => count == 1 ? [] : [1, count] };
        return value.Select(dimensions, [.. Enumerable.Range(0, count)]);
    }

    /// <summary>Another tensor as an input, or none.</summary>
    private static void Rewire(GraphProto graph, NodeProto node, Random random)
    {
        if (node.Input.Count == 0)
            return;
        var other = graph.Node[random.Next(graph.Node.Count)];
        string[] names = ["", .. other.Input, .. other.Output, .. graph.Initializer.Select(tensor => tensor.Name)];
        node.Input[random.Next(node.Input.Count)] = names[random.Next(names.Length)];
    }

    /// <summary>Another number in an attribute, or an attribute that is absent.</summary>
    private static void Reattribute(GraphProto graph, NodeProto node, Random random)
    {
        if (node.Attribute.Count == 0)
            return;
        var attribute = node.Attribute[random.Next(node.Attribute.Count)];
        long number = Numbers[random.Next(Numbers.Length)];
        switch (random.Next(3))
        {
            case 0:
                node.Attribute.Remove(attribute);
                break;
            case 1 when attribute.Ints.Count > 0:
                attribute.Ints[random.Next(attribute.Ints.Count)] = number;
                break;
            case 2 when attribute.Ints.Count > 0:
                attribute.Ints.RemoveAt(0);
                break;
            default:
                attribute.I = number;
                break;
        }
    }
}
