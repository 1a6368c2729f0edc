namespace TransferLearning;

/// <summary>y is x with a constant border (or, with negative pads, a cut one): dx is dy with the opposite pads.</summary>
internal sealed class PadGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        if (scope.String("mode", "constant") is not "constant" and var mode)
            throw scope.Unsupported($"padding in mode '{mode}' has no gradient here, only 'constant'");
        int rank = scope.InputShape().Length;
        long[] given = scope.Constant(1), pads = new long[2 * rank];
        long[] axes = scope.HasInput(3) ? scope.Constant(3) : [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + rank : axes[i]);
            pads[axis] = -given[i];
            pads[axis + rank] = -given[i + axes.Length];
        }

        scope.Contribute(0, scope.Graph.Add("Pad", [scope.OutputGradient(), scope.Graph.Int64s(pads)]));
    }
}
