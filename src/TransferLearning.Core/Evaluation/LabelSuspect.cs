namespace TransferLearning;

/// <summary>An image whose label is contradicted by what a classifier learned from all other images.</summary>
public sealed record LabelSuspect
{
    /// <summary>The file, or the name of an image that is not a file of its own.</summary>
    public required string Path { get; init; }

    /// <summary>The label that it has.</summary>
    public required string Label { get; init; }

    /// <summary>The label that the other images suggest.</summary>
    public required string Suggested { get; init; }

    /// <summary>The probability of its own label, 0 to 1, of a classifier that has not seen it.</summary>
    public required double LabelProbability { get; init; }

    /// <summary>The probability of the suggested label, 0 to 1.</summary>
    public required double SuggestedProbability { get; init; }

    /// <summary>The content of an image that is not a file of its own; null for files.</summary>
    internal ImageContent? Content { get; init; }
}
