using System.Buffers.Binary;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// A small tensor whose content is known before the network runs: whole numbers and truth values as <see cref="Integers"/>, floating-point
/// numbers as <see cref="Reals"/>, whatever type the file declares.
/// </summary>
internal sealed class HostTensor
{
    private HostTensor(OnnxElementType type, long[] dimensions, long[]? integers, double[]? reals) =>
        (Type, Dimensions, Integers, Reals) = (type, dimensions, integers, reals);

    /// <summary>The declared type of the numbers.</summary>
    public OnnxElementType Type { get; }

    /// <summary>The shape.</summary>
    public long[] Dimensions { get; }

    /// <summary>The numbers of a tensor of integers or truth values (0 and 1), row-major; null for floating-point numbers.</summary>
    public long[]? Integers { get; }

    /// <summary>The numbers of a floating-point tensor, row-major; null for integers.</summary>
    public double[]? Reals { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Integers?.Length ?? Reals!.Length;

    /// <summary>A tensor of integers; each is wrapped to the range of the type.</summary>
    public static HostTensor Of(OnnxElementType type, long[] dimensions, long[] integers)
    {
        if (type != OnnxElementType.Int64)
        {
            for (int i = 0; i < integers.Length; i++)
                integers[i] = Wrapped(type, integers[i]);
        }

        return new HostTensor(type, dimensions, integers, null);
    }

    /// <summary>A tensor of floating-point numbers; each is rounded to the precision of the type.</summary>
    public static HostTensor Of(OnnxElementType type, long[] dimensions, double[] reals)
    {
        if (type != OnnxElementType.Double)
        {
            for (int i = 0; i < reals.Length; i++)
                reals[i] = type == OnnxElementType.Float16 ? (double)(Half)reals[i] : (float)reals[i];
        }

        return new HostTensor(type, dimensions, null, reals);
    }

    /// <summary>A vector of int64, as shapes are.</summary>
    public static HostTensor Of(params long[] shape) => new(OnnxElementType.Int64, [shape.Length], shape, null);

    /// <summary>Reads a stored tensor by its declared type; null for text and for types that shapes are never made of.</summary>
    /// <exception cref="OnnxGraphException">The content does not fit the declared shape.</exception>
    public static HostTensor? TryRead(TensorProto tensor, string owner)
    {
        var type = (OnnxElementType)tensor.DataType;
        long[] dimensions = [.. tensor.Dims];
        if (TensorContent.IsInteger(type))
            return new HostTensor(type, dimensions, TensorContent.ReadIntegers(tensor, owner), null);
        return TensorContent.IsFloating(type) ? new HostTensor(type, dimensions, null, TensorContent.ReadReals(tensor, owner)) : null;
    }

    /// <summary>The same numbers in another shape.</summary>
    public HostTensor Reshaped(params long[] dimensions) => new(Type, dimensions, Integers, Reals);

    /// <summary>The elements at the given positions, in a new shape.</summary>
    public HostTensor Select(long[] dimensions, int[] positions) => new(
        Type,
        dimensions,
        Integers is null ? null : Array.ConvertAll(positions, position => Integers[position]),
        Reals is null ? null : Array.ConvertAll(positions, position => Reals[position]));

    /// <summary>The tensor as an initializer.</summary>
    public TensorProto ToProto(string name)
    {
        int size = TensorContent.Size(Type);
        byte[] bytes = new byte[Count * size];
        Span<byte> whole = stackalloc byte[sizeof(long)];
        for (int i = 0; i < Count; i++)
        {
            var target = bytes.AsSpan(i * size, size);
            switch (Type)
            {
                case OnnxElementType.Float:
                    BinaryPrimitives.WriteSingleLittleEndian(target, (float)Reals![i]);
                    break;
                case OnnxElementType.Double:
                    BinaryPrimitives.WriteDoubleLittleEndian(target, Reals![i]);
                    break;
                case OnnxElementType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(target, (Half)Reals![i]);
                    break;
                case OnnxElementType.BFloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(BitConverter.SingleToUInt32Bits((float)Reals![i]) >> 16));
                    break;
                default:
                    BinaryPrimitives.WriteInt64LittleEndian(whole, Integers![i]);
                    whole[..size].CopyTo(target);
                    break;
            }
        }

        return GraphBuilder.Tensor(name, (TensorProto.Types.DataType)Type, bytes, Dimensions);
    }

    private static long Wrapped(OnnxElementType type, long value) => type switch
    {
        OnnxElementType.Bool => value == 0 ? 0 : 1,
        OnnxElementType.Int8 => (sbyte)value,
        OnnxElementType.UInt8 => (byte)value,
        OnnxElementType.Int16 => (short)value,
        OnnxElementType.UInt16 => (ushort)value,
        OnnxElementType.Int32 => (int)value,
        OnnxElementType.UInt32 => (uint)value,
        _ => value,
    };
}
