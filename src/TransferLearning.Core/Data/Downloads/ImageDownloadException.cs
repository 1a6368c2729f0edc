using System.Net;

namespace TransferLearning;

/// <summary>An image cannot be downloaded.</summary>
public sealed class ImageDownloadException : ImageDecodeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="source">The name of the image.</param>
    /// <param name="reason">What is wrong, as a clause without a full stop.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public ImageDownloadException(string source, string reason, Exception? innerException = null)
        : base(source, "cannot be downloaded", reason, innerException)
    {
    }

    /// <summary>The last status of the server; null if it did not respond, or not completely.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Whether the same download may succeed later.</summary>
    public bool IsTemporary { get; init; }
}
