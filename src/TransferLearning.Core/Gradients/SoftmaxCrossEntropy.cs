using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// The loss of classification and its gradient from one LogSoftmax: with l = LogSoftmax(z) over the classes and targets t of N images,
/// loss = −Σ t·l / N, and dz = (exp(l)·Σt − t) / N, where Σt is the sum of a row of targets.
/// </summary>
/// <remarks>
/// Rows of targets need not be one-hot: label smoothing spreads a row, and class weights scale it (its sum is then the weight of the
/// image).
/// </remarks>
internal static class SoftmaxCrossEntropy
{
    /// <summary>Appends the loss and its gradient.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="logits">Tensor [N, C].</param>
    /// <param name="targets">Tensor [N, C].</param>
    /// <param name="images">N, the number that the loss is averaged over.</param>
    /// <param name="lossName">The name for the scalar loss; null for a generated one.</param>
    /// <returns>The names of the scalar loss and of the gradient [N, C] of the logits.</returns>
    public static (string Loss, string LogitsGradient) Append(
        GraphBuilder graph, string logits, string targets, long images, string? lossName = null)
    {
        string logProbabilities = graph.Add("LogSoftmax", [logits], GraphBuilder.Attribute("axis", -1L));
        string sum = graph.Sum(graph.Times(logProbabilities, targets), [0, 1], keepDimensions: false);
        string scale = graph.Scalar(-1f / images);
        string loss = graph.AddNamed(lossName ?? graph.Unique("loss"), "Mul", [sum, scale]);
        string expected = graph.Times(graph.Add("Exp", [logProbabilities]), graph.Sum(targets, [1], keepDimensions: true));
        return (loss, graph.Times(graph.Minus(targets, expected), scale));
    }
}
