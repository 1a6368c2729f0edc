using System.Diagnostics.CodeAnalysis;

namespace TransferLearning;

/// <summary>An image cannot be decoded: it is empty, not an image, truncated, damaged, too large, or in an unsupported format.</summary>
public class ImageDecodeException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="source">The path of the file, or a name for images that come from memory.</param>
    /// <param name="reason">What is wrong, as a clause without a full stop.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    [SuppressMessage("ApiDesign", "RS0022", Justification = "It exposes no protected members; other packages may add kinds.")]
    public ImageDecodeException(string source, string reason, Exception? innerException = null)
        : this(source, "cannot be decoded", reason, innerException)
    {
    }

    /// <summary>Creates the exception of an image that could not even be read.</summary>
    /// <param name="source">The path of the file, or another name of the image.</param>
    /// <param name="failure">What could not be done with the image, for instance "cannot be decoded".</param>
    /// <param name="reason">What is wrong, as a clause without a full stop.</param>
    /// <param name="innerException">The error that caused it, if any.</param>
    private protected ImageDecodeException(string source, string failure, string reason, Exception? innerException)
        : base($"'{source}' {failure}: {reason}.", innerException)
    {
        ImageSource = source;
        Reason = reason;
    }

    /// <summary>The path of the file, or the name given to an image from memory.</summary>
    public string ImageSource { get; }

    /// <summary>What is wrong with the image.</summary>
    public string Reason { get; }
}
