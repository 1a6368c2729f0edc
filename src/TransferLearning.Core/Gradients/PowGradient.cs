using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = aᵇ: da = dy·b·aᵇ⁻¹, summed over broadcast axes. Exponents are constants in networks; db = dy·y·ln a is written too and, like it,
/// needs a &gt; 0.
/// </summary>
internal sealed class PowGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string a = scope.Input(0), b = scope.Input(1), dy = scope.OutputGradient();
        if (scope.Wants(0))
        {
            string slope = graph.Times(b, graph.Add("Pow", [a, graph.Minus(b, graph.Scalar(1))]));
            scope.Contribute(0, graph.SumTo(graph.Times(dy, slope), scope.OutputShape(), scope.InputShape(0)));
        }

        if (scope.Wants(1))
        {
            string slope = graph.Times(scope.Output(), graph.Add("Log", [a]));
            scope.Contribute(1, graph.SumTo(graph.Times(dy, slope), scope.OutputShape(), scope.InputShape(1)));
        }
    }
}
