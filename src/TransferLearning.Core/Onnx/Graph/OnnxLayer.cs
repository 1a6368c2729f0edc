namespace TransferLearning.Onnx;

/// <summary>
/// A layer as Keras counts them: a node with weights, a pooling, a flattening, a dropout or the meeting of branches, together with the
/// activation and other weightless arithmetic that follows it.
/// </summary>
/// <param name="Name">The name of the layer's first node, or of what that makes where it has none.</param>
/// <param name="Kind">What the layer does, in the words of Keras: <c>Conv2D</c>, <c>Dense</c>, <c>MaxPooling2D</c>, <c>Add</c> …</param>
/// <param name="OutputTensor">The tensor that the layer's last node makes.</param>
/// <param name="Weights">The names of the weights that training changes.</param>
/// <param name="Statistics">
/// The names of the running statistics of batch normalisation, which training by gradients does not change.
/// </param>
/// <param name="ParameterCount">
/// The numbers in <paramref name="Weights"/> and <paramref name="Statistics"/>; a weight shared by layers counts in the first.
/// </param>
/// <param name="StatisticCount">The numbers in <paramref name="Statistics"/>.</param>
public sealed record OnnxLayer(
    string Name,
    string Kind,
    string OutputTensor,
    IReadOnlyList<string> Weights,
    IReadOnlyList<string> Statistics,
    long ParameterCount,
    long StatisticCount)
{
    /// <summary>
    /// Whether the layer was appended to a backbone, by pooling its features or as a new head. Freezing does not count such layers.
    /// </summary>
    public bool IsAppended =>
        Name.StartsWith(OnnxModel.HeadPrefix, StringComparison.Ordinal) || Name.StartsWith(OnnxModel.TopPrefix, StringComparison.Ordinal);

    /// <summary>The indices of the layer's nodes, in running order.</summary>
    internal IReadOnlyList<int> Nodes { get; init; } = [];
}
