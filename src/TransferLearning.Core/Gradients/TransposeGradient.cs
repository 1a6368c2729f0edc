using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y[…] = x with permuted axes: dx is dy with the inverse permutation.</summary>
internal sealed class TransposeGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        int rank = scope.InputShape().Length;
        long[] permutation = scope.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        long[] inverse = new long[rank];
        for (int axis = 0; axis < rank; axis++)
            inverse[permutation[axis]] = axis;
        scope.Contribute(0, scope.Graph.Transpose(scope.OutputGradient(), inverse));
    }
}
