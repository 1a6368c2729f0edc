namespace TransferLearning;

/// <summary>A folder with the images of a class.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Class">The name of the class.</param>
/// <param name="Part">Its split.</param>
internal readonly record struct ClassFolder(string Path, string Class, DatasetPart Part);
