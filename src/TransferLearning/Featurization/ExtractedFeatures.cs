using TransferLearning.Imaging;

namespace TransferLearning.Featurization;

/// <summary>The features of those pictures that could be decoded.</summary>
/// <param name="Features">One row for each decoded picture, in the order of the pictures.</param>
/// <param name="Indices">For each row the position of its picture among those that were asked for, ascending.</param>
/// <param name="Skipped">What is wrong with the others, in their order.</param>
public sealed record ExtractedFeatures(FeatureMatrix Features, IReadOnlyList<int> Indices, IReadOnlyList<ImageDecodeException> Skipped);
