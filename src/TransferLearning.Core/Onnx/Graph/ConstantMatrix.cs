namespace TransferLearning.Onnx;

/// <summary>Row-major matrices that become constants of a graph.</summary>
internal static class ConstantMatrix
{
    /// <summary>The same matrix with rows and columns exchanged.</summary>
    /// <param name="matrix">Row-major.</param>
    /// <param name="rows">The number of its rows.</param>
    public static float[] Transposed(float[] matrix, long rows)
    {
        long columns = matrix.Length / rows;
        float[] transposed = new float[matrix.Length];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
        }

        return transposed;
    }
}
