using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = mean of n operands: every operand gets dy / n, summed over the axes along which it was broadcast.</summary>
internal sealed class MeanGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string share = graph.Times(scope.OutputGradient(), 1f / scope.InputCount);
        for (int i = 0; i < scope.InputCount; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, graph.SumTo(share, scope.OutputShape(), scope.InputShape(i)));
        }
    }
}
