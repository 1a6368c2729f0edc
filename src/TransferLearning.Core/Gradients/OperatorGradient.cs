namespace TransferLearning;

/// <summary>
/// The derivative of one ONNX operator, written as ONNX nodes. Stateless: everything about the node at hand comes with the scope, so one
/// instance serves every node and thread.
/// </summary>
internal abstract class OperatorGradient
{
    /// <summary>
    /// Appends the nodes that compute, from the gradients of the node's outputs, the gradients of those inputs that
    /// <see cref="GradientScope.Wants"/> asks for, and hands them to <see cref="GradientScope.Contribute(int, string)"/>.
    /// </summary>
    public abstract void Append(GradientScope scope);
}
