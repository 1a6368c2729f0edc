namespace TransferLearning;

/// <summary>How far a check of a dataset has come.</summary>
/// <param name="Completed">The number of images that have been examined.</param>
/// <param name="Total">The number of images.</param>
public readonly record struct DatasetCheckProgress(int Completed, int Total);
