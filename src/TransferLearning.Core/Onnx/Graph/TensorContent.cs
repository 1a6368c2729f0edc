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

    /// <summary>Reads an int64 tensor.</summary>
    public static long[] ReadInt64s(TensorProto tensor, string owner)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Int64)
            throw new OnnxGraphException($"{owner} holds {(OnnxElementType)tensor.DataType} numbers, not Int64.");
        Check(tensor, owner);
        return tensor.HasRawData ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray() : [.. tensor.Int64Data];
    }

    /// <summary>Whether these are numbers that could be learned.</summary>
    public static bool IsFloating(OnnxElementType type) =>
        type is OnnxElementType.Float or OnnxElementType.Double or OnnxElementType.Float16 or OnnxElementType.BFloat16;

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
