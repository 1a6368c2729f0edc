namespace TransferLearning;

/// <summary>A dataset cannot be used. The message names the folders or classes and says what to do.</summary>
public sealed class DatasetException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    public DatasetException(string message)
        : this(message, [])
    {
    }

    /// <summary>Creates the exception with the problems that were found before.</summary>
    public DatasetException(string message, IReadOnlyList<DatasetProblem> problems)
        : base(message) => Problems = problems;

    /// <summary>The files and folders that were left out before; they may explain the error.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }
}
