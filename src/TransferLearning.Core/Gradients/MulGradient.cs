using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = a·b: da = dy·b and db = dy·a, each summed over the axes along which it was broadcast. SiLU, x·σ(x), is differentiated as this
/// product and the Sigmoid before it.
/// </summary>
internal sealed class MulGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        for (int i = 0; i < 2; i++)
        {
            if (!scope.Wants(i))
                continue;
            string product = graph.Times(scope.OutputGradient(), scope.Input(1 - i));
            scope.Contribute(i, graph.SumTo(product, scope.OutputShape(), scope.InputShape(i)));
        }
    }
}
