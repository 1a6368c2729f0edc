namespace TransferLearning;

/// <summary>
/// The cache folder cannot be found, read or written: the disk is full, the folder is read-only, or there is no home folder. The message
/// names the path and the remedy.
/// </summary>
public sealed class WeightStorageException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and the remedy.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public WeightStorageException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
