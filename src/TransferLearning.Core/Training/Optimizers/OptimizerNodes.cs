using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// What an <see cref="Optimizer"/> writes its rule with as nodes of a graph: names of tensors that hold all weights of a network one after
/// the other, so that the rule takes a dozen nodes whatever the number of tensors.
/// </summary>
/// <param name="Graph">The graph that grows.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Gradients">The gradients, clipped where that is asked for.</param>
/// <param name="Slots">What the optimizer remembers.</param>
/// <param name="Scalars">The numbers of the step, see <see cref="Optimizer.Scalars"/>; a tensor of one element each.</param>
/// <param name="Rate">The learning rate of each weight, or of all.</param>
/// <param name="Decay">The decay of each weight, or of all; null for none.</param>
internal sealed record OptimizerNodes(
    GraphBuilder Graph,
    string Weights,
    string Gradients,
    IReadOnlyList<string> Slots,
    IReadOnlyList<string> Scalars,
    string Rate,
    string? Decay)
{
    /// <summary><c>gradient + decay · weight</c>.</summary>
    public string Penalized() => Decay is null ? Gradients : Graph.Plus(Gradients, Graph.Times(Decay, Weights));

    /// <summary><c>share · a + (1 − share) · b</c>.</summary>
    public string Follow(string a, double share, string b) =>
        Graph.Plus(Graph.Times(a, (float)share), Graph.Times(b, (float)(1 - share)));
}
