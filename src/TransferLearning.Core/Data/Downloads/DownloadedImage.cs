namespace TransferLearning;

/// <summary>The bytes that a server sent for an image, in a rented buffer that belongs to the receiver.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ETag">The version that the server gives them, with its quotes; null if it gives none.</param>
internal readonly record struct DownloadedImage(PooledFile Content, string? ETag);
