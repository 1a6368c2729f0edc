namespace TransferLearning;

/// <summary>Which options may differ between a run and the one whose checkpoint it resumes from.</summary>
[Flags]
public enum ResumeChanges
{
    /// <summary>None: then a resumed run ends with the weights of an unbroken one.</summary>
    None = 0,

    /// <summary><see cref="TrainingOptions.Epochs"/>, as many as have begun or more.</summary>
    Epochs = 1,

    /// <summary><see cref="TrainingOptions.LearningRate"/>; a new one is taken as it is, whatever the restarts before.</summary>
    LearningRate = 2,

    /// <summary><see cref="TrainingOptions.EarlyStopping"/>.</summary>
    EarlyStopping = 4,

    /// <summary><see cref="TrainingOptions.Schedule"/>.</summary>
    Schedule = 8,

    /// <summary>All of them.</summary>
    All = Epochs | LearningRate | EarlyStopping | Schedule,
}
