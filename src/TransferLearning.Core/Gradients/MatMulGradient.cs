using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Y = A·B over the last two axes: dA = dY·Bᵀ and dB = Aᵀ·dY, summed over broadcast batch axes. Where B is one matrix for the whole batch,
/// dB is one large product over all rows of the batch, not a batch of small ones and a sum.
/// </summary>
internal sealed class MatMulGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string a = scope.Input(0), b = scope.Input(1), dy = scope.OutputGradient();
        long[] shapeA = scope.InputShape(0), shapeB = scope.InputShape(1);

        // A vector is a matrix of one row (left) or one column (right) whose added axis the result does not show.
        long[] matrixA = shapeA.Length == 1 ? [1, shapeA[0]] : shapeA;
        long[] matrixB = shapeB.Length == 1 ? [shapeB[0], 1] : shapeB;
        long[] matrixY = [.. Batch(matrixA, matrixB), matrixA[^2], matrixB[^1]];
        if (shapeA.Length == 1)
            a = graph.Reshape(a, matrixA);
        if (shapeB.Length == 1)
            b = graph.Reshape(b, matrixB);
        if (shapeA.Length == 1 || shapeB.Length == 1)
            dy = graph.Reshape(dy, matrixY);

        if (scope.Wants(0))
        {
            long[] product = [.. Batch(matrixY, matrixB), matrixA[^2], matrixA[^1]];
            string da = graph.MatMul(dy, graph.TransposeMatrix(b, matrixB.Length));
            scope.Contribute(0, Finish(graph, da, product, matrixA, shapeA));
        }

        if (!scope.Wants(1))
            return;
        if (matrixB.Length == 2 && matrixA.Length > 2)
        {
            string rowsA = graph.Reshape(a, -1, matrixA[^1]), rowsY = graph.Reshape(dy, -1, matrixY[^1]);
            string db = graph.MatMul(graph.TransposeMatrix(rowsA, 2), rowsY);
            scope.Contribute(1, Finish(graph, db, matrixB, matrixB, shapeB));
        }
        else
        {
            long[] product = [.. Batch(matrixA, matrixY), matrixB[^2], matrixB[^1]];
            string db = graph.MatMul(graph.TransposeMatrix(a, matrixA.Length), dy);
            scope.Contribute(1, Finish(graph, db, product, matrixB, shapeB));
        }
    }

    private static string Finish(GraphBuilder graph, string gradient, long[] product, long[] matrix, long[] shape)
    {
        gradient = graph.SumTo(gradient, product, matrix);
        return matrix.Length == shape.Length ? gradient : graph.Reshape(gradient, shape);
    }

    /// <summary>The broadcast batch axes of two operands: all but their last two axes.</summary>
    private static long[] Batch(long[] a, long[] b)
    {
        long[] batch = new long[Math.Max(a.Length, b.Length) - 2];
        for (int i = 1; i <= batch.Length; i++)
        {
            long left = i <= a.Length - 2 ? a[^(i + 2)] : 1, right = i <= b.Length - 2 ? b[^(i + 2)] : 1;
            batch[^i] = left == 1 ? right : left;
        }

        return batch;
    }
}
