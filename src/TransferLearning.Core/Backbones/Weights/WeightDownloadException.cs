namespace TransferLearning;

/// <summary>
/// Weights are not in the cache and cannot be downloaded: downloads are disabled, or every address failed. The message names the addresses,
/// their responses, the expected SHA-256 and the folder for the file.
/// </summary>
public sealed class WeightDownloadException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The problem and the remedy.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public WeightDownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
