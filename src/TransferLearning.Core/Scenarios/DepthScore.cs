namespace TransferLearning;

/// <summary>How well the classes can be told apart by what a backbone has seen of the images at one depth.</summary>
/// <param name="Depth">The share of the layers with weights that the images have passed, over 0 and up to 1.</param>
/// <param name="Tensor">The tensor whose maps, each averaged, are the features there.</param>
/// <param name="Features">The number of features.</param>
/// <param name="Accuracy">The cross-validated accuracy of a linear head on these features, 0 to 1.</param>
/// <param name="LogLoss">Its cross-validated mean log-loss (natural logarithm), 0 or more.</param>
public sealed record DepthScore(double Depth, string Tensor, int Features, double Accuracy, double LogLoss);
