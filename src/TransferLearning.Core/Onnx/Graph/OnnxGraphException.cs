namespace TransferLearning;

/// <summary>
/// An ONNX file cannot be read, is not valid, or lacks something that was asked of it. The message names the node, operator, tensor or
/// field, and the nearest remedy.
/// </summary>
public class OnnxGraphException : TransferLearningException
{
    /// <summary>Creates the exception with a message that names the thing and the remedy.</summary>
    internal OnnxGraphException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the error that caused it.</summary>
    internal OnnxGraphException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
