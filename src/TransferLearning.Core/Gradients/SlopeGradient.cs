using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>An element-wise function of one input: dx = dy·f′(x).</summary>
internal abstract class SlopeGradient : OperatorGradient
{
    public sealed override void Append(GradientScope scope)
    {
        if (scope.Wants(0))
            scope.Contribute(0, Propagate(scope, scope.Graph, scope.Input(), scope.Output(), scope.OutputGradient()));
    }

    /// <summary>Appends dy·f′(x), written with whichever of x and y makes it cheaper.</summary>
    protected abstract string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy);
}
