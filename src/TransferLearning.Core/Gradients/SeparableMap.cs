using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A linear map that acts along each axis on its own: y is x multiplied with a matrix A [outputs, inputs] along every axis that has one.
/// Pooling, padding and resizing are such maps; dx is dy multiplied with Aᵀ along the same axes.
/// </summary>
internal static class SeparableMap
{
    /// <summary>Appends Aᵀ·dy along each axis.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="dy">Tensor of shape <paramref name="outputs"/>.</param>
    /// <param name="outputs">The shape of y.</param>
    /// <param name="inputs">The shape of x.</param>
    /// <param name="matrixOf">The row-major matrix of an axis; null where the map leaves the axis alone.</param>
    public static string Transposed(GraphBuilder graph, string dy, long[] outputs, long[] inputs, Func<int, float[]?> matrixOf)
    {
        long[] shape = [.. outputs];
        string dx = dy;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (matrixOf(axis) is not { } matrix)
                continue;

            // All axes before this one are rows of a matrix product, all after it are its columns.
            long inner = TensorShape.Count(shape.AsSpan(axis + 1));
            if (inner == 1)
            {
                string a = graph.Initializer(graph.Unique("window"), matrix, [outputs[axis], inputs[axis]]);
                dx = graph.MatMul(graph.Reshape(dx, -1, outputs[axis]), a);
            }
            else
            {
                string a = graph.Initializer(
                    graph.Unique("window"), ConstantMatrix.Transposed(matrix, outputs[axis]), [inputs[axis], outputs[axis]]);
                dx = graph.MatMul(a, graph.Reshape(dx, -1, outputs[axis], inner));
            }

            shape[axis] = inputs[axis];
        }

        return dx == dy ? dy : graph.Reshape(dx, inputs);
    }
}
