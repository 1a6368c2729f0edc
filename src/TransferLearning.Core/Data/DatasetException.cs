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
        : this(message, problems, [])
    {
    }

    internal DatasetException(string finding, IReadOnlyList<DatasetProblem> problems, IReadOnlyList<DatasetRemedy> remedies)
        : base(string.Join(' ', remedies.Select(remedy => remedy.ToString()).Prepend(finding))) =>
        (Finding, Problems, Remedies) = (finding, problems, remedies);

    /// <summary>The message without the remedies.</summary>
    public string Finding { get; }

    /// <summary>The files and folders that were left out before; they may explain the error.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Other ways to read the folder; empty where there are none.</summary>
    public IReadOnlyList<DatasetRemedy> Remedies { get; }
}
