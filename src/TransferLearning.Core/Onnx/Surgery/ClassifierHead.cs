namespace TransferLearning.Onnx;

/// <summary>The part of a network that turns features into classes, found by its structure.</summary>
/// <param name="FeatureTensor">
/// The tensor that the head starts from: the last feature maps <c>[N, C, H, W]</c>, before pooling and flattening, or where there are none
/// a vector <c>[N, D]</c>.
/// </param>
/// <param name="LogitsTensor">The scores before Softmax, <c>[N, classes]</c> or <c>[N, classes, 1, 1]</c>.</param>
/// <param name="ScoreTensor">The scores after Softmax or Sigmoid; null where the network has none.</param>
/// <param name="NodeNames">The nodes of the head in running order: their names, or the name of what they make where they have none.</param>
/// <param name="InputFeatures">
/// The numbers for each image (for a 1×1 convolution: for each position) that the head's first weighted layer reads.
/// </param>
/// <param name="ClassCount">The number of classes.</param>
public sealed record ClassifierHead(
    string FeatureTensor, string LogitsTensor, string? ScoreTensor, IReadOnlyList<string> NodeNames, int InputFeatures, int ClassCount);
