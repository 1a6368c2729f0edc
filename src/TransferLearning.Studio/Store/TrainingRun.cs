namespace TransferLearning.Studio;

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A training: of the studio or of the command line.</summary>
public sealed record TrainingRun
{
    public long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What trained: <c>studio</c> or <c>command</c>.</summary>
    public required string Source { get; init; }

    public required RunState State { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The options as JSON.</summary>
    public required string Options { get; init; }

    /// <summary>A hash of the training images and their labels: equal for equal data.</summary>
    public string? DataHash { get; init; }

    /// <summary>The share of right answers on images that were not trained on; null where there were none.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The lower end of the 95% interval of the accuracy.</summary>
    public double? Lower { get; init; }

    /// <summary>The upper end of the 95% interval of the accuracy.</summary>
    public double? Upper { get; init; }

    /// <summary>The number of images that the accuracy is measured on.</summary>
    public int? Images { get; init; }

    public double? Seconds { get; init; }

    /// <summary>The path of the model, relative to the folder of the state or absolute; null before there is one.</summary>
    public string? Model { get; init; }

    /// <summary>The size of the model.</summary>
    public long? Bytes { get; init; }

    /// <summary>The epochs as JSON; null without any.</summary>
    public string? Epochs { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>What the user has noted.</summary>
    public string Notes { get; init; } = "";
}
