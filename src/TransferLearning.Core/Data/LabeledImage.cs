namespace TransferLearning;

/// <summary>An image and the class that it shows.</summary>
/// <param name="Path">
/// The full path of the file. An image that is no file of its own has the path of the file that it is in, <c>#</c>, and its position
/// there: a name to show, not a file to open.
/// </param>
/// <param name="Label">The index of its class in <see cref="LabeledImageSet.Classes"/>.</param>
public sealed record LabeledImage(string Path, int Label)
{
    /// <summary>What makes the image where it is no file of its own; null for files.</summary>
    internal ImageContent? Content { get; init; }
}
