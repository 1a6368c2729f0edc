using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y = a + b, or Sum of any number of operands: each gets dy, summed over the axes along which it was broadcast.</summary>
internal sealed class AddGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        for (int i = 0; i < scope.InputCount; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, scope.Graph.SumTo(scope.OutputGradient(), scope.OutputShape(), scope.InputShape(i)));
        }
    }
}
