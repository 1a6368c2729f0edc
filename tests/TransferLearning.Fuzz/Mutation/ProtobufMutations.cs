using System.Text;

namespace TransferLearning.Fuzz;

/// <summary>Changes of a protobuf message that leave it one: it gets past the parser, to what comes behind.</summary>
internal static class ProtobufMutations
{
    private static readonly string[] Words =
    [
        "Conv", "Gemm", "MatMul", "Reshape", "Flatten", "Softmax", "Concat", "Split", "Slice", "Gather", "Pad", "Resize", "Transpose",
        "Expand", "Tile",
        "Loop", "Scan", "If", "Constant", "ConstantOfShape", "Shape", "Squeeze", "Unsqueeze", "MaxPool", "AveragePool", "GlobalAveragePool",
        "LSTM",
        "BatchNormalization", "LayerNormalization", "QuantizeLinear", "ConvTranspose", "Einsum", "TopK", "NonMaxSuppression", "Identity",
        "Cast", "Range",
        "ai.onnx.ml", "com.microsoft", "", "x", "features", "Score", "axis", "group", "kernel_shape", "strides", "pads", "dilations",
        "value", "to", "perm",
        "SAME_LOWER", "location", "../outside", "transferlearning.labels", "transferlearning.preprocessing",
        "transferlearning.format_version",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        Edit(Number), Edit(Number), Edit(Leaf), Edit(CopiedLeaf), Edit(Word), Edit(Drop), Edit(Twice), Edit(Move), Edit(
            Borrow), Edit(Renumber), Edit(Nest),
    ];

    private delegate void Change(Place place, List<Place> all, List<ProtobufField>? other, Random random);

    /// <summary>A message without one of its fields; null if it has fewer fields, or the bytes are not a message.</summary>
    public static byte[]? Without(byte[] input, int field)
    {
        if (ProtobufField.Read(input) is not { } message)
            return null;
        var all = new List<Place>();
        Collect(message, all);
        if (field >= all.Count)
            return null;
        all[field].Owner.RemoveAt(all[field].Index);
        return ProtobufField.Write(message);
    }

    private static Mutation Edit(Change change) => (input, others, random) =>
    {
        if (ProtobufField.Read(input) is not { Count: > 0 } message)
            return input;
        var all = new List<Place>();
        Collect(message, all);
        change(all[random.Next(all.Count)], all, ProtobufField.Read(others[random.Next(others.Count)]), random);
        return ProtobufField.Write(message);
    };

    private static void Collect(List<ProtobufField> fields, List<Place> all)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            all.Add(new Place(fields, i));
            if (fields[i].Fields is { } inner)
                Collect(inner, all);
        }
    }

    private static void Number(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        Place[] numbers = [.. all.Where(one => (one.Field.Tag & 7) != 2)];
        if (numbers.Length == 0)
            return;
        var field = numbers[random.Next(numbers.Length)].Field;
        ulong value = random.Next(2) == 0 ? (ulong)random.Next(0, 24) : ByteMutations.Telling[random.Next(ByteMutations.Telling.Length)];
        if (field.Bytes is { } bytes)
            field.Bytes = BitConverter.GetBytes(value)[..bytes.Length];
        else
            field.Number = random.Next(4) == 0 ? field.Number + value : value;
    }

    private static void Leaf(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        if (AnyLeaf(all, random) is { } leaf)
            leaf.Bytes = ByteMutations.All[random.Next(ByteMutations.All.Count)](leaf.Bytes!, [leaf.Bytes!], random);
    }

    /// <summary>Names that meet: a tensor gets the name of another, an operator that of an attribute.</summary>
    private static void CopiedLeaf(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        if (AnyLeaf(all, random) is { } leaf && AnyLeaf(all, random) is { } from)
            leaf.Bytes = from.Bytes;
    }

    private static void Word(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        if (AnyLeaf(all, random) is { } leaf)
            leaf.Bytes = Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]);
    }

    private static void Drop(Place place, List<Place> all, List<ProtobufField>? other, Random random) => place.Owner.RemoveAt(place.Index);

    private static void Twice(Place place, List<Place> all, List<ProtobufField>? other, Random random) =>
        place.Owner.Insert(place.Index, place.Field.Clone());

    private static void Move(Place place, List<Place> all, List<ProtobufField>? other, Random random) =>
        all[random.Next(all.Count)].Owner.Insert(0, place.Field.Clone());

    /// <summary>A field of another message of the same number, where that has one.</summary>
    private static void Borrow(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        var lent = new List<Place>();
        Collect(other ?? [], lent);
        ProtobufField[] alike = [.. lent.Where(one => one.Field.Tag == place.Field.Tag).Select(one => one.Field)];
        if (alike.Length > 0)
            place.Owner[place.Index] = alike[random.Next(alike.Length)].Clone();
    }

    private static void Renumber(Place place, List<Place> all, List<ProtobufField>? other, Random random) =>
        place.Field.Tag = ((ulong)random.Next(1, 26) << 3) | (place.Field.Tag & 7);

    private static void Nest(Place place, List<Place> all, List<ProtobufField>? other, Random random)
    {
        var nested = place.Field.Clone();
        for (int depth = random.Next(1, 120); depth > 0; depth--)
            nested = ProtobufField.Around((place.Field.Tag & ~7ul) | 2, [nested]);
        place.Owner[place.Index] = nested;
    }

    private static ProtobufField? AnyLeaf(List<Place> all, Random random)
    {
        ProtobufField[] leaves = [.. all.Where(one => (one.Field.Tag & 7) == 2 && one.Field.Bytes is not null).Select(one => one.Field)];
        return leaves.Length == 0 ? null : leaves[random.Next(leaves.Length)];
    }

    private readonly record struct Place(List<ProtobufField> Owner, int Index)
    {
        public ProtobufField Field => Owner[Index];
    }
}
