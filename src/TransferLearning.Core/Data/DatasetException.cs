namespace TransferLearning;

/// <summary>A dataset cannot be used. The message names the folders or classes and the nearest remedy.</summary>
public sealed class DatasetException : TransferLearningException
{
    /// <summary>Creates the exception with a message that names the thing and the remedy.</summary>
    public DatasetException(string message)
        : this(message, [])
    {
    }

    /// <summary>Creates the exception with a message and the problems that were met on the way.</summary>
    public DatasetException(string message, IReadOnlyList<DatasetProblem> problems)
        : base(message) => Problems = problems;

    /// <summary>The files and folders that were left out before the dataset was found unusable; they may explain why.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }
}
