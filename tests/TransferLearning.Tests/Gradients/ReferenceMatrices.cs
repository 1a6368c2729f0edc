using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Matrix products in double precision.</summary>
internal static class ReferenceMatrices
{
    public static ReferenceTensor Gemm(NodeProto node, ReferenceTensor[] inputs)
    {
        var a = node.Int("transA", 0) != 0 ? ReferenceShapes.Transpose(inputs[0], [1, 0]) : inputs[0];
        var b = node.Int("transB", 0) != 0 ? ReferenceShapes.Transpose(inputs[1], [1, 0]) : inputs[1];
        double alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        var product = ReferenceInterpreter.Map(MatMul(a, b), v => alpha * v);
        return inputs.Length > 2 ? ReferenceInterpreter.Map(product, inputs[2], (p, c) => p + (beta * c)) : product;
    }

    public static ReferenceTensor MatMul(ReferenceTensor a, ReferenceTensor b)
    {
        bool isRow = a.Shape.Length == 1, isColumn = b.Shape.Length == 1;
        if (isRow)
            a = a.WithShape(1, a.Shape[0]);
        if (isColumn)
            b = b.WithShape(b.Shape[0], 1);
        long m = a.Shape[^2], k = a.Shape[^1], n = b.Shape[^1];
        Assert.Equal(k, b.Shape[^2]);
        var batchA = ReferenceTensor.Fill([.. a.Shape[..^2]], 0);
        var batchB = ReferenceTensor.Fill([.. b.Shape[..^2]], 0);
        long[] batch = ReferenceInterpreter.Map(batchA, batchB, (_, _) => 0).Shape;
        var offsetsA = ReferenceTensor.Walk(batch, batchA.BroadcastStrides(batch.Length));
        var offsetsB = ReferenceTensor.Walk(batch, batchB.BroadcastStrides(batch.Length));
        double[] y = new double[ReferenceTensor.Count(batch) * m * n];
        long start = 0;
        foreach (var (offsetA, offsetB) in offsetsA.Zip(offsetsB))
        {
            for (long i = 0; i < m; i++)
            {
                var row = y.AsSpan((int)(start + (i * n)), (int)n);
                for (long l = 0; l < k; l++)
                {
                    double factor = a.Data[(offsetA * m * k) + (i * k) + l];
                    var source = b.Data.AsSpan((int)((offsetB * k * n) + (l * n)), (int)n);
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(source, factor, row, row);
                }
            }

            start += m * n;
        }

        long[] shape = [.. batch, .. isRow ? Array.Empty<long>() : [m], .. isColumn ? Array.Empty<long>() : [n]];
        return new ReferenceTensor(shape, y);
    }
}
