using System.Runtime.InteropServices;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// A tensor whose content is in the file: an initializer, the value of a <c>Constant</c> node, or a <c>ConstantOfShape</c> node with a
/// constant shape, which stands for a weight without storing it.
/// </summary>
/// <param name="Name">The tensor's name in the graph.</param>
/// <param name="Dimensions">Its dimensions.</param>
/// <param name="ElementType">The type of its numbers.</param>
/// <param name="Stored">The numbers; for a <c>ConstantOfShape</c> the one number that fills it, null where that is the default 0.</param>
/// <param name="Node">The node that makes it; null for an initializer.</param>
internal sealed record ConstantTensor(
    string Name, IReadOnlyList<long> Dimensions, OnnxElementType ElementType, TensorProto? Stored, NodeProto? Node)
{
    /// <summary>The largest tensor whose numbers are looked at to tell masks and formulas from weights.</summary>
    private const int MaxInspected = 1 << 20;

    private double[]? _numbers;

    /// <summary>The number of elements.</summary>
    public long Count { get; } = TensorContent.Count(Dimensions, $"'{Name}'");

    /// <summary>Whether the tensor is stored as the one number that fills it.</summary>
    public bool IsFill => Node?.OpType == "ConstantOfShape";

    /// <summary>Whether all numbers of the tensor are the same.</summary>
    public bool IsUniform => IsFill || (Numbers is { Length: > 0 } numbers && !numbers.AsSpan().ContainsAnyExcept(numbers[0]));

    /// <summary>Whether a floating-point tensor holds only 0 and numbers up to a limit, both at least once.</summary>
    public bool IsMask(double limit) => !IsFill && Dimensions.Count > 1 && Numbers is { } numbers
        && Array.TrueForAll(numbers, number => number == 0 || number <= limit) && numbers.Contains(0) && numbers.Any(number => number != 0);

    /// <summary>The numbers of a floating-point tensor that is small enough to be inspected.</summary>
    private double[]? Numbers => Stored is not null && TensorContent.IsFloating(ElementType) && Count <= MaxInspected
        ? _numbers ??= TensorContent.ReadReals(Stored, $"'{Name}'")
        : null;

    /// <summary>The description of an initializer.</summary>
    public static ConstantTensor From(TensorProto initializer) =>
        new(initializer.Name, initializer.Dims, (OnnxElementType)initializer.DataType, initializer, null);

    /// <summary>The description of a node's constant output, or null where the node makes none that is known without running it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="constants">The constants known so far, to look up the shape of a <c>ConstantOfShape</c>.</param>
    public static ConstantTensor? From(NodeProto node, IReadOnlyDictionary<string, ConstantTensor> constants)
    {
        if (node.Output.Count != 1)
            return null;
        if (node.Is("Constant") && ContentOf(node) is { } value)
            return new ConstantTensor(node.Output[0], value.Dims, (OnnxElementType)value.DataType, value, node);
        if (!node.Is("ConstantOfShape") || constants.GetValueOrDefault(node.InputOrEmpty(0))?.TryReadInt64s() is not { } dimensions)
            return null;

        var fill = node.Find("value")?.T;
        return new ConstantTensor(node.Output[0], dimensions, (OnnxElementType)(fill?.DataType ?? (int)OnnxElementType.Float), fill, node);
    }

    /// <summary>What a <c>Constant</c> node makes, whichever of its attributes holds it; null for text and sparse tensors.</summary>
    public static TensorProto? ContentOf(NodeProto node)
    {
        if (node.Find("value")?.T is { } value)
            return value;
        if (node.Find("value_int") is { HasI: true } whole)
            return new TensorProto { DataType = (int)OnnxElementType.Int64, Int64Data = { whole.I } };
        if (node.Find("value_float") is { HasF: true } real)
            return new TensorProto { DataType = (int)OnnxElementType.Float, FloatData = { real.F } };
        if (node.Find("value_ints") is { } wholes)
            return new TensorProto { DataType = (int)OnnxElementType.Int64, Dims = { wholes.Ints.Count }, Int64Data = { wholes.Ints } };
        return node.Find("value_floats") is { } reals
            ? new TensorProto { DataType = (int)OnnxElementType.Float, Dims = { reals.Floats.Count }, FloatData = { reals.Floats } }
            : null;
    }

    /// <summary>The numbers of a constant of integers of up to one dimension (a shape, axes, pads); null for anything else.</summary>
    public long[]? TryReadInt64s() => Stored is not null && !IsFill && TensorContent.IsInteger(ElementType) && Dimensions.Count <= 1
        ? TensorContent.ReadIntegers(Stored, $"'{Name}'")
        : null;

    /// <summary>As <see cref="ReadFloats"/>, into memory of that length.</summary>
    /// <exception cref="OnnxGraphException">The numbers are not floats.</exception>
    public void CopyFloatsTo(Span<float> destination)
    {
        if (!IsFill && Stored is { HasRawData: true } && ElementType == OnnxElementType.Float)
        {
            TensorContent.Check(Stored, $"'{Name}'");
            MemoryMarshal.Cast<byte, float>(Stored.RawData.Span).CopyTo(destination);
        }
        else
        {
            ReadFloats().CopyTo(destination);
        }
    }

    /// <summary>The numbers of a float constant; a fill is spread out.</summary>
    /// <exception cref="OnnxGraphException">The numbers are not floats, or too many for an array.</exception>
    public float[] ReadFloats()
    {
        string owner = $"'{Name}'";
        if (!IsFill)
            return TensorContent.ReadFloats(Stored!, owner);
        if (ElementType != OnnxElementType.Float)
            throw new OnnxGraphException($"{owner} holds {ElementType} numbers, not Float.");
        if (Count > Array.MaxLength)
            throw new OnnxGraphException($"{owner} has {Count} numbers, too many for an array.");

        float[] filled = new float[Count];
        if (Stored is null)
            return filled;
        if (TensorContent.ReadFloats(Stored, owner) is not [var number])
            throw new OnnxGraphException($"{owner} must be filled with one number.");
        Array.Fill(filled, number);
        return filled;
    }
}
