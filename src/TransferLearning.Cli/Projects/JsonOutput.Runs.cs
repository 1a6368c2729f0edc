namespace TransferLearning.Cli;

internal static partial class JsonOutput
{
    /// <summary>A run of a project.</summary>
    public sealed record RunLine(
        long Id,
        string Name,
        string Source,
        string State,
        DateTimeOffset Created,
        string? Scenario,
        string? Backbone,
        string? DataHash,
        double? Accuracy,
        IReadOnlyList<double>? AccuracyInterval,
        int? Images,
        double? Seconds,
        string? Model,
        long? Bytes,
        string? Error,
        string? Notes);
}
