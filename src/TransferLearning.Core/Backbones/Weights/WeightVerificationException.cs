namespace TransferLearning;

/// <summary>
/// A server sent other content than the catalog expects. It is never used: the file is deleted, and the message names the address, the
/// expected and the received size or SHA-256, and what to do.
/// </summary>
public sealed class WeightVerificationException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The expected and the received content, and the remedy.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public WeightVerificationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
