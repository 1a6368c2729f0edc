namespace TransferLearning.Studio;

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    Queued,
    Running,
    Done,
    Failed,

    /// <summary>Stopped by the user.</summary>
    Cancelled,

    /// <summary>The process was killed, or died without a word.</summary>
    Interrupted,
}

/// <summary>A training: of the studio or of the command line.</summary>
public sealed record TrainingRun
{
    /// <summary>The <see cref="Source"/> of runs of the studio.</summary>
    public const string OfStudio = "studio";

    /// <summary>The <see cref="Source"/> of runs of the command line.</summary>
    public const string OfCommand = "command";

    public long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What trained: <c>studio</c> or <c>command</c>.</summary>
    public required string Source { get; init; }

    public required RunState State { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The options as JSON.</summary>
    public required string Options { get; init; }

    /// <summary>How it trains: first as it was asked for, at the end as it was.</summary>
    public TransferScenario? Scenario { get; init; }

    /// <summary>The name of the backbone.</summary>
    public string? Backbone { get; init; }

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

    /// <summary>The epoch that became the model, 0 for the start; null where it was the last one unasked.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>What the user has noted.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Whether the studio can go on with it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool CanResume => this is
        { Source: OfStudio, State: RunState.Cancelled or RunState.Failed or RunState.Interrupted };

    /// <summary>The run with what its classifier says about its training.</summary>
    /// <param name="classifier">The result.</param>
    /// <param name="model">The path of its file, relative to the folder of the state or absolute.</param>
    /// <param name="bytes">The size of the file.</param>
    public TrainingRun With(ImageClassifier classifier, string model, long bytes)
    {
        if (classifier.Training is not { } training)
            return this with { Model = model, Bytes = bytes, Error = null };
        var interval = training.ValidationAccuracy is { } accuracy && training.ValidationImages > 0
            ? ProportionInterval.Wilson((int)Math.Round(accuracy * training.ValidationImages), training.ValidationImages)
            : (ProportionInterval?)null;
        return this with
        {
            Scenario = training.Scenario,
            Backbone = training.Backbone,
            DataHash = training.DataHash,
            Accuracy = training.ValidationAccuracy,
            Lower = interval?.Lower,
            Upper = interval?.Upper,
            Images = training.ValidationImages,
            Seconds = training.Seconds,
            Model = model,
            Bytes = bytes,
            Epochs = training.History is { Count: > 0 } history ? new TrainingHistory(history).ToJson() : null,
            BestEpoch = training.BestEpoch,
            Error = null,
        };
    }

    /// <summary>The run after its process has died.</summary>
    public TrainingRun AsInterrupted(string reason = "The process has ended before the training did.") =>
        this with { State = RunState.Interrupted, Error = reason };
}
