namespace TransferLearning.Onnx;

/// <summary>A node that will compute with integers.</summary>
/// <param name="Position">Where it stands among the nodes of the graph.</param>
/// <param name="Activation">
/// Where the activation stands that follows it and that rounding to the range of its result does as well, so that it goes; null for none.
/// </param>
/// <param name="Output">The tensor with its result, behind the activation.</param>
internal sealed record QuantizedNode(int Position, int? Activation, string Output);
