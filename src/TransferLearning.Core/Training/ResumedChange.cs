namespace TransferLearning;

/// <summary>An option that differs between a run and the checkpoint that it resumes from.</summary>
/// <param name="Key">The name of the option, or of something else that decides the outcome of a run.</param>
/// <param name="Before">Its value in the checkpoint, as text.</param>
/// <param name="Now">Its value in the run.</param>
internal sealed record ResumedChange(string Key, string? Before, string? Now)
{
    /// <summary>What allows it; <see cref="ResumeChanges.None"/> where nothing does.</summary>
    public ResumeChanges Kind => Key switch
    {
        nameof(TrainingOptions.Epochs) => ResumeChanges.Epochs,
        nameof(TrainingOptions.LearningRate) => ResumeChanges.LearningRate,
        nameof(TrainingOptions.EarlyStopping) => ResumeChanges.EarlyStopping,
        nameof(TrainingOptions.Schedule) => ResumeChanges.Schedule,
        _ => ResumeChanges.None,
    };

    /// <summary>The change in the words of a note.</summary>
    public string Describe()
    {
        string name = Kind switch
        {
            ResumeChanges.Epochs => "epochs",
            ResumeChanges.LearningRate => "learning rate",
            ResumeChanges.EarlyStopping => "early stopping",
            _ => "schedule",
        };
        return $"{name} '{Text(Now)}' instead of '{Text(Before)}'";
    }

    private static string Text(string? value) => string.IsNullOrEmpty(value) ? "none" : value;
}
