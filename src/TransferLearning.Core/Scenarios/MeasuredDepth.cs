namespace TransferLearning;

/// <summary>What cross-validation found at one depth of a backbone.</summary>
/// <param name="Depth">The share of the layers with weights that the images have passed.</param>
/// <param name="Tensor">The tensor with the features.</param>
/// <param name="Features">The number of features.</param>
/// <param name="Score">The rows' results, in the same order at all depths.</param>
internal sealed record MeasuredDepth(double Depth, string Tensor, int Features, RegularizationScore Score)
{
    /// <summary>How errors fall with the number of images; null where that was not measured.</summary>
    public LearningCurve? Curve { get; init; }
}
