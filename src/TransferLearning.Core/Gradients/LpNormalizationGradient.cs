using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = x / n with n = Σ |x| (p = 1) or n = √(Σ x²) (p = 2) along an axis: dx = (dy − s·Σ dy·y) / n with s = sign x (p = 1) or s = y
/// (p = 2), and 0 where n is 0.
/// </summary>
internal sealed class LpNormalizationGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string x = scope.Input(), y = scope.Output(), dy = scope.OutputGradient(), axis = graph.Int64s(scope.Int("axis", -1));
        bool isManhattan = scope.Int("p", 2) == 1;
        string norm = graph.Add(isManhattan ? "ReduceL1" : "ReduceL2", [x, axis], GraphBuilder.Attribute("keepdims", 1L));
        string projection = graph.Sum(graph.Times(dy, y), [scope.Int("axis", -1)], keepDimensions: true);
        string direction = isManhattan ? graph.Add("Sign", [x]) : y;
        scope.Contribute(0, graph.OverNonZero(graph.Minus(dy, graph.Times(direction, projection)), norm));
    }
}
