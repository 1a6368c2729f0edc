using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// How many numbers a stored tensor has, whether its data agrees with its dimensions, and reading it. The format allows the same numbers in
/// several fields; nothing here allocates before the sizes are known to be honest.
/// </summary>
internal static class TensorContent
{
    /// <summary>The number of elements that the dimensions promise.</summary>
    /// <exception cref="OnnxGraphException">A dimension is negative or the product overflows.</exception>
    public static long Count(IReadOnlyList<long> dimensions, string owner)
    {
        long count = 1;
        bool empty = false;
        foreach (long dimension in dimensions)
        {
            if (dimension < 0)
                throw new OnnxGraphException($"{owner} has the negative dimension {dimension}.");
            if (dimension == 0)
            {
                empty = true;
                continue;
            }

            if (count > long.MaxValue / dimension)
                throw new OnnxGraphException($"{owner} has dimensions [{string.Join(", ", dimensions)}], whose product overflows.");
            count *= dimension;
        }

        return empty ? 0 : count;
    }

    /// <summary>The number of bytes that the dimensions promise; null for text, whose size is open.</summary>
    public static long? ByteCount(TensorProto tensor, string owner)
    {
        long count = Count(tensor.Dims, owner);
        if (BitsPerElement((OnnxElementType)tensor.DataType, owner) is not { } bits)
            return null;
        if (count > (long.MaxValue - 7) / bits)
            throw new OnnxGraphException($"{owner} has dimensions [{string.Join(", ", tensor.Dims)}], whose product overflows.");
        return (count * bits + 7) / 8;
    }

    /// <summary>Checks that the data a tensor holds is as long as its dimensions say.</summary>
    public static void Check(TensorProto tensor, string owner)
    {
        long count = Count(tensor.Dims, owner);
        long? bytes = ByteCount(tensor, owner);
        if (tensor.HasRawData && bytes is not null)
        {
            if (tensor.RawData.Length != bytes)
                throw Mismatch(tensor, owner, $"{bytes} bytes", $"{tensor.RawData.Length}");
            return;
        }

        long stored = StoredElements(tensor);
        if (stored != StoredElementsNeeded(tensor, count))
            throw Mismatch(tensor, owner, $"{count} values", $"{stored}");
    }

    /// <summary>
    /// Brings float weights into the raw form. One form keeps the rest simple, and raw bytes are shared between copies of a model, whereas
    /// the list form is copied with every message.
    /// </summary>
    public static void StoreRaw(TensorProto tensor)
    {
        if (tensor.HasRawData || tensor.DataType != (int)TensorProto.Types.DataType.Float || tensor.FloatData.Count == 0)
            return;
        byte[] bytes = new byte[sizeof(float) * (long)tensor.FloatData.Count];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (int i = 0; i < values.Length; i++)
            values[i] = tensor.FloatData[i];
        tensor.FloatData.Clear();

        // The cleared list keeps its memory, and every copy of the message would copy it.
        tensor.FloatData.Capacity = 0;
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>Reads a float tensor.</summary>
    public static float[] ReadFloats(TensorProto tensor, string owner)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float)
            throw new OnnxGraphException($"{owner} holds {(OnnxElementType)tensor.DataType} numbers, not Float.");
        Check(tensor, owner);
        return tensor.HasRawData ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : [.. tensor.FloatData];
    }

    /// <summary>Reads a tensor of integers or truth values of any width.</summary>
    /// <exception cref="OnnxGraphException">It holds other numbers, or not as many as its shape says.</exception>
    public static long[] ReadIntegers(TensorProto tensor, string owner)
    {
        var type = (OnnxElementType)tensor.DataType;
        if (!IsInteger(type))
            throw new OnnxGraphException($"{owner} holds {type} numbers, not integers.");
        Check(tensor, owner);
        if (!tensor.HasRawData)
        {
            return type switch
            {
                OnnxElementType.Int64 => [.. tensor.Int64Data],
                OnnxElementType.UInt64 or OnnxElementType.UInt32 => [.. tensor.Uint64Data.Select(value => unchecked((long)value))],
                _ => [.. tensor.Int32Data.Select(value => (long)value)],
            };
        }

        var bytes = tensor.RawData.Span;
        return type switch
        {
            OnnxElementType.Int64 or OnnxElementType.UInt64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            OnnxElementType.Int32 => Widened<int>(bytes),
            OnnxElementType.UInt32 => Widened<uint>(bytes),
            OnnxElementType.Int16 => Widened<short>(bytes),
            OnnxElementType.UInt16 => Widened<ushort>(bytes),
            OnnxElementType.Int8 => Widened<sbyte>(bytes),
            _ => Widened<byte>(bytes),
        };
    }

    /// <summary>Reads a floating-point tensor of any width.</summary>
    /// <exception cref="OnnxGraphException">It holds other numbers, or not as many as its shape says.</exception>
    public static double[] ReadReals(TensorProto tensor, string owner)
    {
        var type = (OnnxElementType)tensor.DataType;
        if (!IsFloating(type))
            throw new OnnxGraphException($"{owner} holds {type} numbers, not floating-point ones.");
        Check(tensor, owner);
        if (!tensor.HasRawData)
        {
            return type switch
            {
                OnnxElementType.Float => [.. tensor.FloatData.Select(value => (double)value)],
                OnnxElementType.Double => [.. tensor.DoubleData],
                _ => [.. tensor.Int32Data.Select(bits => FromBits(type, (ushort)bits))],
            };
        }

        var bytes = tensor.RawData.Span;
        return type switch
        {
            OnnxElementType.Float => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value),
            OnnxElementType.Double => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            _ => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), bits => FromBits(type, bits)),
        };
    }

    /// <summary>Whether these are whole numbers of at least a byte, or truth values.</summary>
    public static bool IsInteger(OnnxElementType type) => type is OnnxElementType.Int64 or OnnxElementType.Int32 or OnnxElementType.Int16
        or OnnxElementType.Int8 or OnnxElementType.UInt64 or OnnxElementType.UInt32 or OnnxElementType.UInt16 or OnnxElementType.UInt8
        or OnnxElementType.Bool;

    /// <summary>The bytes of one number of at least a byte.</summary>
    public static int Size(OnnxElementType type) => (BitsPerElement(type, "The tensor") ?? 0) / 8;

    /// <summary>Whether these are numbers that could be learned.</summary>
    public static bool IsFloating(OnnxElementType type) =>
        type is OnnxElementType.Float or OnnxElementType.Double or OnnxElementType.Float16 or OnnxElementType.BFloat16;

    private static long[] Widened<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged, System.Numerics.IBinaryInteger<T> =>
            Array.ConvertAll(MemoryMarshal.Cast<byte, T>(bytes).ToArray(), long.CreateChecked);

    private static double FromBits(OnnxElementType type, ushort bits) => type == OnnxElementType.Float16
        ? (double)BitConverter.UInt16BitsToHalf(bits)
        : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static int? BitsPerElement(OnnxElementType type, string owner) => type switch
    {
        OnnxElementType.String => null,
        OnnxElementType.UInt2 or OnnxElementType.Int2 => 2,
        OnnxElementType.UInt4 or OnnxElementType.Int4 or OnnxElementType.Float4E2M1 => 4,
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool or OnnxElementType.Float8E4M3FN
            or OnnxElementType.Float8E4M3FNUZ or OnnxElementType.Float8E5M2 or OnnxElementType.Float8E5M2FNUZ
            or OnnxElementType.Float8E8M0 => 8,
        OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Float16 or OnnxElementType.BFloat16 => 16,
        OnnxElementType.Float or OnnxElementType.Int32 or OnnxElementType.UInt32 => 32,
        OnnxElementType.Int64 or OnnxElementType.UInt64 or OnnxElementType.Double or OnnxElementType.Complex64 => 64,
        OnnxElementType.Complex128 => 128,
        _ => throw new OnnxGraphException($"{owner} has the unknown element type {(int)type}."),
    };

    private static long StoredElements(TensorProto tensor) => (OnnxElementType)tensor.DataType switch
    {
        OnnxElementType.Float or OnnxElementType.Complex64 => tensor.FloatData.Count,
        OnnxElementType.Double or OnnxElementType.Complex128 => tensor.DoubleData.Count,
        OnnxElementType.Int64 => tensor.Int64Data.Count,
        OnnxElementType.UInt64 or OnnxElementType.UInt32 => tensor.Uint64Data.Count,
        OnnxElementType.String => tensor.StringData.Count,
        _ => tensor.Int32Data.Count,
    };

    private static long StoredElementsNeeded(TensorProto tensor, long count) => (OnnxElementType)tensor.DataType switch
    {
        OnnxElementType.Complex64 or OnnxElementType.Complex128 => unchecked(count * 2),
        OnnxElementType.UInt4 or OnnxElementType.Int4 or OnnxElementType.Float4E2M1 => (count / 2) + (count % 2),
        OnnxElementType.UInt2 or OnnxElementType.Int2 => (count / 4) + (count % 4 == 0 ? 0 : 1),
        _ => count,
    };

    private static OnnxGraphException Mismatch(TensorProto tensor, string owner, string expected, string actual) => new(
        $"{owner} of shape [{string.Join(", ", tensor.Dims)}] and type {(OnnxElementType)tensor.DataType} " +
        $"needs {expected} but holds {actual}.");
}
