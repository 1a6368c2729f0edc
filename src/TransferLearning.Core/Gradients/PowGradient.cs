using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = aᵇ: da = dy·b·aᵇ⁻¹, summed over broadcast axes; db = dy·y·ln a, 0 where a is not positive. Exponents are constants in networks,
/// floats or whole numbers, and squares the most frequent: da = 2·dy·a.
/// </summary>
internal sealed class PowGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string a = scope.Input(0), dy = scope.OutputGradient();
        if (scope.Wants(0))
            scope.Contribute(0, graph.SumTo(graph.Times(dy, Slope(scope, a)), scope.OutputShape(), scope.InputShape(0)));
        if (scope.Wants(1))
        {
            string positive = graph.Choose(graph.Add("Greater", [a, graph.Scalar(0)]), a, graph.Scalar(1));
            string slope = graph.Times(scope.Output(), graph.Add("Log", [positive]));
            scope.Contribute(1, graph.SumTo(graph.Times(dy, slope), scope.OutputShape(), scope.InputShape(1)));
        }
    }

    private static string Slope(GradientScope scope, string a)
    {
        var graph = scope.Graph;
        if (scope.IsConstant(1) && TensorShape.Count(scope.InputShape(1)) == 1)
        {
            float exponent = scope.ConstantFloats(1)[0];
            return exponent switch
            {
                0 => graph.Scalar(0),
                1 => graph.Scalar(1),
                2 => graph.Times(a, 2),
                _ => graph.Times(graph.Add("Pow", [a, graph.Scalar(exponent - 1)]), exponent),
            };
        }

        string b = graph.Add("CastLike", [scope.Input(1), a]);
        return graph.Times(b, graph.Add("Pow", [a, graph.Minus(b, graph.Scalar(1))]));
    }
}
