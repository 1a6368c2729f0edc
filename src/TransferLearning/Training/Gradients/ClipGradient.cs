namespace TransferLearning.Training.Gradients;

/// <summary>
/// y = min(max(x, low), high): dx = dy where low &lt; y &lt; high, else 0. The output lies strictly between the bounds exactly where the
/// input does, so the input need not be kept, and ONNX Runtime may fuse the Clip with what comes before it.
/// </summary>
internal sealed class ClipGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        string y = scope.Output();
        string? above = scope.HasInput(1) ? graph.Add("Greater", [y, scope.Input(1)]) : null;
        string? below = scope.HasInput(2) ? graph.Add("Less", [y, scope.Input(2)]) : null;
        string? mask = above is null ? below : below is null ? above : graph.Add("And", [above, below]);
        string dy = scope.OutputGradient();
        scope.Contribute(0, mask is null ? dy : graph.Add("Where", [mask, dy, graph.Scalar(0)]));
    }
}
