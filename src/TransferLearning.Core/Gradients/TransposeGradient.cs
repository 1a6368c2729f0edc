using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y[…] = x with permuted axes: dx is dy with the inverse permutation.</summary>
internal sealed class TransposeGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long[] permutation = scope.Ints("perm")
            ?? [.. Enumerable.Range(0, scope.InputShape().Length).Reverse().Select(axis => (long)axis)];
        scope.Contribute(0, scope.Graph.Transpose(scope.OutputGradient(), Inverse(permutation)));
    }

    /// <summary>The permutation that undoes another.</summary>
    public static long[] Inverse(long[] permutation)
    {
        long[] inverse = new long[permutation.Length];
        for (int axis = 0; axis < inverse.Length; axis++)
            inverse[permutation[axis]] = axis;
        return inverse;
    }
}
