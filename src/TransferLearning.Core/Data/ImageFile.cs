namespace TransferLearning;

/// <summary>An image in a folder.</summary>
/// <param name="Path">The full path.</param>
/// <param name="RelativePath">The path from the folder that was searched, with slashes: the same on every system.</param>
/// <param name="Problem">Why it cannot be used, in one sentence; null where nothing is known against it.</param>
public sealed record ImageFile(string Path, string RelativePath, string? Problem = null);
