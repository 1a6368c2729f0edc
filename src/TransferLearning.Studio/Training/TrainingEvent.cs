using System.Text.Json;

namespace TransferLearning.Studio;

/// <summary>One line of what a training process says.</summary>
public sealed record TrainingEvent
{
    public DateTimeOffset At { get; init; }

    /// <summary>The stage, in every report of progress.</summary>
    public TransferStage? Stage { get; init; }

    public long Completed { get; init; }

    public long Total { get; init; }

    /// <summary>The figures of an epoch that has ended.</summary>
    public EpochLog? Epoch { get; init; }

    /// <summary>A sentence for the log.</summary>
    public string? Note { get; init; }

    /// <summary>The memory of the process, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>The end: the run as it is now.</summary>
    public TrainingRun? Result { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads a line; null if it is something else, for instance a warning of a native library.</summary>
    public static TrainingEvent? TryRead(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<TrainingEvent>(line, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
