namespace TransferLearning;

/// <summary>
/// So many downloads failed one after the other that the work ended (<see cref="ImageDownloadOptions.MaxFailuresInARow"/>): the server is
/// down or cannot be reached, or it refuses the addresses.
/// </summary>
public sealed class ImageServerException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The problem and the remedy.</param>
    /// <param name="innerException">The last failure.</param>
    public ImageServerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
