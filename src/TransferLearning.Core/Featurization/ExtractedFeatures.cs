namespace TransferLearning;

/// <summary>The features of those images that could be decoded.</summary>
/// <param name="Features">One row for each decoded image, in the order of the images.</param>
/// <param name="Indices">For each row the position of its image among those that were asked for, ascending.</param>
/// <param name="Skipped">What is wrong with the others, in their order.</param>
public sealed record ExtractedFeatures(FeatureMatrix Features, IReadOnlyList<int> Indices, IReadOnlyList<ImageDecodeException> Skipped);
