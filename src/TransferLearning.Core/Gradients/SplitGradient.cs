using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Split cuts x along an axis: dx is the gradients of the parts side by side.</summary>
internal sealed class SplitGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        string[] parts = [.. Enumerable.Range(0, scope.Node.Output.Count).Select(scope.OutputGradient)];
        scope.Contribute(0, scope.Graph.Add("Concat", parts, GraphBuilder.Attribute("axis", scope.Int("axis", 0))));
    }
}
