namespace TransferLearning.Training.Gradients;

/// <summary>y = a + b: da = dy and db = dy, each summed over the axes along which it was broadcast.</summary>
internal sealed class AddGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        for (int i = 0; i < 2; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, scope.Graph.SumTo(scope.OutputGradient(), scope.OutputShape(), scope.InputShape(i)));
        }
    }
}
