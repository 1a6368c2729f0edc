namespace TransferLearning;

/// <summary>The features of the images that could be decoded.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ExtractedFeatures
{
    /// <summary>One row for each decoded image, in the order of the images.</summary>
    public required FeatureMatrix Features { get; init; }

    /// <summary>For each row the position of its image in the list that was passed in, ascending.</summary>
    public required IReadOnlyList<int> Indices { get; init; }

    /// <summary>The errors of the images that could not be decoded, in their order.</summary>
    public required IReadOnlyList<ImageDecodeException> Skipped { get; init; }

    /// <summary>
    /// For each image of the list, decoded or not, the ETag that its server gave it; null for files. Empty where all images are files.
    /// </summary>
    public IReadOnlyList<string?> ETags { get; init; } = [];
}
