using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Split cuts x along an axis: dx is the gradients of the parts side by side, zeros for parts that nobody reads.</summary>
internal sealed class SplitGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long[] shape = scope.InputShape();
        int axis = TensorShape.Axis(scope.Int("axis", 0), shape.Length);
        string[] parts = [.. Enumerable.Range(0, scope.Node.Output.Count).Select(i =>
            scope.Output(i).Length > 0
                ? scope.OutputGradient(i)
                : scope.Graph.Zeros([.. shape[..axis], scope.Constant(1)[i], .. shape[(axis + 1)..]]))];
        scope.Contribute(0, scope.Graph.Add("Concat", parts, GraphBuilder.Attribute("axis", (long)axis)));
    }
}
