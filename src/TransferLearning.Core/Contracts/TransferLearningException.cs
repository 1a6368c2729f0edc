namespace TransferLearning;

/// <summary>
/// The base of all exceptions of this library: something about the images, the model file, the weights or the training itself is not as it
/// must be. The message names the thing and says what to do next. Wrong arguments are reported by the exceptions of .NET, as everywhere.
/// </summary>
public abstract class TransferLearningException : Exception
{
    private protected TransferLearningException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
