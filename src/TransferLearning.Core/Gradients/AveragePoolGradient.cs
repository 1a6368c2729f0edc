using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = mean over a window. Averaging is linear and separable: along each axis it is a matrix A [outputs, inputs] whose row holds 1/count at
/// the elements of a window, so dx is dy multiplied with Aᵀ along each axis. That is exact for every stride, dilation, padding and ceil
/// mode, with or without the padding in the count, since the count of a window is the product of its counts along the axes.
/// </summary>
internal sealed class AveragePoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        var geometry = WindowGeometry.Of(scope, scope.Ints("kernel_shape"));
        bool countsPadding = scope.Int("count_include_pad", 0) != 0;
        long rows = scope.InputShape()[0] * scope.InputShape()[1];
        string dx = scope.OutputGradient();
        long[] shape = [rows, .. geometry.Output];
        for (int axis = 0; axis < geometry.Rank; axis++)
        {
            // All axes before this one are rows of a matrix product, all after it are its columns.
            long inner = shape[(axis + 2)..].Aggregate(1L, (product, size) => product * size);
            float[] matrix = Matrix(geometry, axis, countsPadding);
            if (inner == 1)
            {
                string a = graph.Initializer(graph.Unique("window"), matrix, [geometry.Output[axis], geometry.Input[axis]]);
                dx = graph.MatMul(graph.Reshape(dx, -1, geometry.Output[axis]), a);
            }
            else
            {
                string a = graph.Initializer(
                    graph.Unique("window"), ConstantMatrix.Transposed(matrix, geometry.Output[axis]), [geometry.Input[axis], geometry.Output[axis]]);
                dx = graph.MatMul(a, graph.Reshape(dx, -1, geometry.Output[axis], inner));
            }

            shape[axis + 1] = geometry.Input[axis];
        }

        scope.Contribute(0, graph.Reshape(dx, scope.InputShape()));
    }

    /// <summary>Row-major [outputs, inputs]: what each input contributes to the mean of each window along one axis.</summary>
    private static float[] Matrix(WindowGeometry geometry, int axis, bool countsPadding)
    {
        long inputs = geometry.Input[axis], outputs = geometry.Output[axis];
        float[] matrix = new float[outputs * inputs];
        for (long output = 0; output < outputs; output++)
        {
            long first = (output * geometry.Strides[axis]) - geometry.PadsBegin[axis];
            var elements = Enumerable.Range(0, (int)geometry.Kernel[axis]).Select(k => first + (k * geometry.Dilations[axis])).ToArray();
            long[] inside = [.. elements.Where(element => element >= 0 && element < inputs)];
            int count = countsPadding ? elements.Count(element => element < inputs + geometry.PadsEnd[axis]) : inside.Length;
            foreach (long element in inside)
                matrix[(output * inputs) + element] = 1f / count;
        }

        return matrix;
    }
}
