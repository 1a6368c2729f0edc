namespace TransferLearning.Training.Gradients;

/// <summary>
/// y = min(max(x, low), high): dx = dy where low &lt; y &lt; high, else 0. The output lies strictly between the bounds exactly where the
/// input does, so the input need not be kept, and ONNX Runtime may fuse the Clip with what comes before it.
/// </summary>
internal sealed class ClipGradient : OperatorGradient
{
    private const int Low = 1, High = 2;

    public override void Append(GradientScope scope)
    {
        if (!scope.Wants(0))
            return;
        var graph = scope.Graph;
        string y = scope.Output(), dy = scope.OutputGradient();
        float? low = Bound(scope, Low, float.MinValue), high = Bound(scope, High, float.MaxValue);
        if (low is null || high is null)
        {
            scope.Contribute(0, WithComputedBounds(scope, y, dy));
            return;
        }

        string? above = low > float.MinValue ? ActivationMask.Above(graph, y, low.Value) : null;
        string? below = high < float.MaxValue ? ActivationMask.Below(graph, y, high.Value) : null;
        string? mask = above is null ? below : below is null ? above : graph.Add("Min", [above, below]);
        scope.Contribute(0, mask is null ? dy : graph.Times(dy, mask));
    }

    private static float? Bound(GradientScope scope, int index, float open) =>
        scope.HasInput(index) ? ActivationMask.Scalar(scope.Graph, scope.Input(index)) : open;

    private static string WithComputedBounds(GradientScope scope, string y, string dy)
    {
        var graph = scope.Graph;
        foreach (int index in new[] { Low, High })
        {
            if (scope.HasInput(index))
            {
                string inside = graph.Add(index == Low ? "Greater" : "Less", [y, scope.Input(index)]);
                dy = graph.Add("Where", [inside, dy, graph.Scalar(0)]);
            }
        }

        return dy;
    }
}
