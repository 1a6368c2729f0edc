namespace TransferLearning;

/// <summary>A window that slides along one axis as a matrix [outputs, inputs], row-major: which inputs each window covers.</summary>
internal static class WindowMatrix
{
    /// <summary>The mean of the elements of a window.</summary>
    public static float[] Mean(WindowGeometry geometry, int axis, bool countsPadding) => Fill(
        geometry,
        axis,
        (elements, inside) =>
            1f / (countsPadding ? elements.Count(element => element < geometry.Input[axis] + geometry.PadsEnd[axis]) : inside.Length));

    /// <summary>The sum of the elements of a window.</summary>
    public static float[] Sum(WindowGeometry geometry, int axis) => Fill(geometry, axis, (_, _) => 1);

    private static float[] Fill(WindowGeometry geometry, int axis, Func<long[], long[], float> weightOf)
    {
        long inputs = geometry.Input[axis], outputs = geometry.Output[axis];
        float[] matrix = new float[outputs * inputs];
        for (long output = 0; output < outputs; output++)
        {
            long first = (output * geometry.Strides[axis]) - geometry.PadsBegin[axis];
            long[] elements = [.. Enumerable.Range(0, (int)geometry.Kernel[axis]).Select(k => first + (k * geometry.Dilations[axis]))];
            long[] inside = [.. elements.Where(element => element >= 0 && element < inputs)];
            foreach (long element in inside)
                matrix[(output * inputs) + element] = weightOf(elements, inside);
        }

        return matrix;
    }
}
