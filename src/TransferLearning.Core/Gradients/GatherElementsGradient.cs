using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>y[…, i, …] = x[…, index, …] element by element along an axis: dx is the sum of dy at the places that were read.</summary>
internal sealed class GatherElementsGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (scope.Wants(0))
            scope.Contribute(0, Scatter(scope, scope.Input(1), scope.Int("axis", 0)));
    }

    /// <summary>Adds dy to zeros of the shape of x, at indices along an axis.</summary>
    public static string Scatter(GradientScope scope, string indices, long axis) => scope.Graph.Add(
        "ScatterElements",
        [scope.Graph.Zeros(scope.InputShape()), indices, scope.OutputGradient()],
        GraphBuilder.Attribute("axis", axis),
        GraphBuilder.Attribute("reduction", "add"));
}
