namespace TransferLearning;

/// <summary>An image cannot be decoded: it is empty, not an image, truncated, damaged, too large, or in an unsupported format.</summary>
public sealed class ImageDecodeException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="source">The path of the file, or a name for images that come from memory.</param>
    /// <param name="reason">What is wrong, as a clause without a full stop.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    public ImageDecodeException(string source, string reason, Exception? innerException = null)
        : base($"'{source}' cannot be decoded: {reason}.", innerException)
    {
        ImageSource = source;
        Reason = reason;
    }

    /// <summary>The path of the file, or the name given to an image from memory.</summary>
    public string ImageSource { get; }

    /// <summary>What is wrong with the image.</summary>
    public string Reason { get; }
}
