using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>A tensor of doubles; integers and truth values are held as doubles too.</summary>
internal sealed record ReferenceTensor(long[] Shape, double[] Data)
{
    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
            count *= size;
        return count;
    }

    public static ReferenceTensor Fill(long[] shape, double value)
    {
        double[] data = new double[Count(shape)];
        Array.Fill(data, value);
        return new ReferenceTensor(shape, data);
    }

    /// <summary>Random values that are exact in single precision, so that ONNX Runtime sees the same numbers.</summary>
    public static ReferenceTensor Random(Random random, long[] shape, double low = -1, double high = 1)
    {
        double[] data = new double[Count(shape)];
        for (int i = 0; i < data.Length; i++)
            data[i] = (float)(low + ((high - low) * random.NextDouble()));
        return new ReferenceTensor(shape, data);
    }

    public static ReferenceTensor Of(TensorProto tensor)
    {
        long[] shape = [.. tensor.Dims];
        double[] data = TensorContent.IsInteger((OnnxElementType)tensor.DataType)
            ? [.. TensorContent.ReadIntegers(tensor, tensor.Name).Select(v => (double)v)]
            : TensorContent.ReadReals(tensor, tensor.Name);
        return new ReferenceTensor(shape, data);
    }

    public float[] ToSingle() => [.. Data.Select(v => (float)v)];

    public long[] ToInt64() => [.. Data.Select(v => (long)v)];

    public ReferenceTensor WithShape(params long[] shape)
    {
        Assert.Equal(Data.Length, Count(shape));
        return this with { Shape = shape };
    }

    /// <summary>Row-major strides; 0 on axes of size 1 and on axes that are missing at the front, so that they broadcast.</summary>
    public long[] BroadcastStrides(int rank)
    {
        long[] strides = new long[rank];
        long step = 1;
        for (int i = 1; i <= Shape.Length; i++)
        {
            strides[^i] = Shape[^i] == 1 ? 0 : step;
            step *= Shape[^i];
        }

        return strides;
    }

    /// <summary>The row-major offsets in this tensor for every index of a result shape, axis by axis.</summary>
    public static IEnumerable<long> Walk(long[] shape, long[] strides, long start = 0)
    {
        long[] index = new long[shape.Length];
        long offset = start, count = Count(shape);
        for (long i = 0; i < count; i++)
        {
            yield return offset;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                offset -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    public ReferenceTensor Strided(long[] shape, long[] strides, long start = 0) =>
        new(shape, [.. Walk(shape, strides, start).Select(offset => Data[offset])]);
}
