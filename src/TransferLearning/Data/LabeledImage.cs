namespace TransferLearning;

/// <summary>A picture on disk and the class that it shows.</summary>
/// <param name="Path">The full path of the file.</param>
/// <param name="Label">The index of its class in <see cref="LabeledImageSet.Classes"/>.</param>
public sealed record LabeledImage(string Path, int Label);
