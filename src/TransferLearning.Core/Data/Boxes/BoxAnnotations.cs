namespace TransferLearning;

/// <summary>A file of boxes and the images that they are drawn on.</summary>
/// <param name="File">The file of boxes: JSON of COCO, or a table of Open Images.</param>
/// <param name="ImageFolder">The folder that the names of the images start from.</param>
public sealed record BoxAnnotations(string File, string ImageFolder);
