using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = min(max(x, low), high): dx = dy where low &lt; y &lt; high, else 0. The output lies strictly between the bounds exactly where the
/// input does, so the input need not be kept, and ONNX Runtime may fuse the Clip with what comes before it. A bound gets the gradients of
/// the elements that it holds.
/// </summary>
internal sealed class ClipGradient : OperatorGradient
{
    private const int Low = 1, High = 2;

    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string y = scope.Output(), dy = scope.OutputGradient();
        if (scope.Wants(0))
        {
            string? above = scope.HasInput(Low) ? graph.Add("Greater", [y, scope.Input(Low)]) : null;
            string? below = scope.HasInput(High) ? graph.Add("Less", [y, scope.Input(High)]) : null;
            string? mask = above is null ? below : below is null ? above : graph.Add("And", [above, below]);
            scope.Contribute(0, mask is null ? dy : scope.Masked(dy, mask));
        }

        foreach (int bound in (int[])[Low, High])
        {
            if (!scope.Wants(bound))
                continue;
            string held = scope.Masked(dy, graph.Add(bound == Low ? "Less" : "Greater", [scope.Input(), scope.Input(bound)]));
            scope.Contribute(bound, graph.SumTo(held, scope.OutputShape(), scope.InputShape(bound)));
        }
    }
}
