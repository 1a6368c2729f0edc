namespace TransferLearning;

/// <summary>A file in an archive.</summary>
/// <param name="Path">Its path in the archive, with slashes.</param>
/// <param name="Content">Its content, read once, before the next member.</param>
internal readonly record struct ArchiveMember(string Path, Stream Content);
