namespace TransferLearning;

/// <summary>An attempt failed in a way that may pass: worth another try at the same address.</summary>
internal sealed class TransientDownloadException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The pause that the server asked for.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
