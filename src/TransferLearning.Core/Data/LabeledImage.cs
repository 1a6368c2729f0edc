namespace TransferLearning;

/// <summary>An image and its class.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record LabeledImage
{
    /// <summary>Creates a labelled image.</summary>
    /// <param name="path">The path of the image file.</param>
    /// <param name="label">The index of its class in <see cref="LabeledImageSet.Classes"/>.</param>
    public LabeledImage(string path, int label) => (Path, Label) = (path, label);

    /// <summary>
    /// The path of the image file. An image that is not a file of its own has the path of the file that contains it, <c>#</c>, and its
    /// position there: a name to show, not a file to open.
    /// </summary>
    public string Path { get; init; }

    /// <summary>The index of its class in <see cref="LabeledImageSet.Classes"/>.</summary>
    public int Label { get; init; }

    /// <summary>What the image belongs to, such as a film or a patient: images of one group are never divided; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Provides the content of an image that is not a file of its own; null for files.</summary>
    internal ImageContent? Content { get; init; }
}
