using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y is x with a border (or, with negative pads, a cut one). Where the border is constant, dx is dy with the opposite pads; where it
/// repeats elements of x (modes edge, reflect and wrap), they get the gradients of all their copies, see <see cref="SeparableMap"/>.
/// </summary>
internal sealed class PadGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        long[] shape = scope.InputShape(), given = scope.Constant(1), pads = new long[2 * shape.Length];
        long[] axes = scope.HasInput(3) ? scope.Constant(3) : [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis)];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = TensorShape.Axis(axes[i], shape.Length);
            pads[axis] = -given[i];
            pads[axis + shape.Length] = -given[i + axes.Length];
        }

        string mode = scope.String("mode", "constant");
        scope.Contribute(0, mode == "constant"
            ? scope.Graph.Add("Pad", [scope.OutputGradient(), scope.Graph.Int64s(pads)])
            : SeparableMap.Transposed(
                scope.Graph,
                scope.OutputGradient(),
                scope.OutputShape(),
                shape,
                axis => pads[axis] == 0 && pads[axis + shape.Length] == 0
                    ? null
                    : Copies(scope, mode, scope.OutputShape()[axis], shape[axis], pads[axis])));
    }

    /// <summary>Row-major [outputs, inputs]: 1 where an output is a copy of an input.</summary>
    private static float[] Copies(GradientScope scope, string mode, long outputs, long inputs, long offset)
    {
        float[] matrix = new float[outputs * inputs];
        for (long output = 0; output < outputs; output++)
        {
            long at = output + offset, period = Math.Max(1, 2 * (inputs - 1));
            long source = mode switch
            {
                "edge" => Math.Clamp(at, 0, inputs - 1),
                "wrap" => ((at % inputs) + inputs) % inputs,
                "reflect" => Math.Abs(((at + inputs - 1) % period + period) % period - (inputs - 1)),
                _ => throw scope.Unsupported($"padding in mode '{mode}' is not known"),
            };
            matrix[(output * inputs) + source] = 1;
        }

        return matrix;
    }
}
