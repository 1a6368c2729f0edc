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

    /// <summary>Einsum as the sum over all letters that it is defined as; an ellipsis must stand for the same axes everywhere.</summary>
    public static ReferenceTensor Einsum(NodeProto node, ReferenceTensor[] inputs)
    {
        string equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->"), terms = sides[0].Split(',');
        int hidden = terms.Zip(inputs, (term, x) => term.Contains('.') ? x.Shape.Length - term.Length + 3 : 0).Max();
        string dots = "XYZ"[..hidden];
        string result = sides.Length > 1
            ? sides[1].Replace("...", dots, StringComparison.Ordinal)
            : dots + string.Concat(sides[0].Where(c => char.IsAsciiLetter(c) && sides[0].Count(other => other == c) == 1).Order());
        terms = [.. terms.Select(term => term.Replace("...", dots, StringComparison.Ordinal))];
        string letters = string.Concat((result + string.Concat(terms)).Distinct());
        long[] sizes = [.. letters.Select(c => terms.Zip(inputs, (term, x) => term.Contains(c) ? x.Shape[term.IndexOf(c)] : 1).Max())];
        var y = ReferenceTensor.Fill([.. result.Select(c => sizes[letters.IndexOf(c)])], 0);
        foreach (long[] at in ReferenceMovement.All(sizes))
        {
            double product = 1;
            for (int i = 0; i < inputs.Length; i++)
            {
                var x = inputs[i];
                product *= ReferenceMovement.Read(x, [.. terms[i].Select((c, axis) => x.Shape[axis] == 1 ? 0 : at[letters.IndexOf(c)])]);
            }

            long place = 0;
            foreach (char c in result)
                place = (place * sizes[letters.IndexOf(c)]) + at[letters.IndexOf(c)];
            y.Data[place] += product;
        }

        return y;
    }
}
