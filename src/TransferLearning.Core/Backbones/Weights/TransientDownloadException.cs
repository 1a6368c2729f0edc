using System.Net;

namespace TransferLearning;

/// <summary>A temporary failure: the same address is tried again.</summary>
internal sealed class TransientDownloadException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The delay that the server requested.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The status of the server; null without a response.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Whether there was no connection to the host, so that its other addresses cannot be reached either.</summary>
    public bool IsUnreachable { get; init; }
}
