using TransferLearning.Onnx;

namespace TransferLearning.Training.Gradients;

/// <summary>y = max(x, 0): dx = dy where y > 0, else 0. The output serves as the mask, so the input need not be kept.</summary>
internal sealed class ReluGradient : SlopeGradient
{
    protected override string Propagate(GradientScope scope, GraphBuilder graph, string x, string y, string dy) =>
        graph.Times(dy, ActivationMask.Above(graph, y, 0));
}
