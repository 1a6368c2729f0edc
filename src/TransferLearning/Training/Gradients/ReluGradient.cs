namespace TransferLearning.Training.Gradients;

/// <summary>y = max(x, 0): dx = dy where y > 0, else 0. The output serves as the mask, so the input need not be kept.</summary>
internal sealed class ReluGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string mask = graph.Add("Greater", [scope.Output(), graph.Scalar(0)]);
        scope.Contribute(0, graph.Add("Where", [mask, scope.OutputGradient(), graph.Scalar(0)]));
    }
}
