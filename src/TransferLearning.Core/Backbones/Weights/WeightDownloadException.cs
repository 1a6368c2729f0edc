namespace TransferLearning;

/// <summary>
/// Weights are not in the cache and cannot be fetched: the work is offline, or every address failed. The message names the addresses, what
/// each answered, the expected SHA-256 and the folder to put the file in.
/// </summary>
public sealed class WeightDownloadException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and the remedy.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public WeightDownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
