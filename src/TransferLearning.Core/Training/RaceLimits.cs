using System.Diagnostics;

namespace TransferLearning;

/// <summary>When a run that competes with others is given up.</summary>
/// <param name="Deadline">The timestamp of <see cref="Stopwatch"/> after which no step begins.</param>
/// <param name="LossToBeat">The validation loss of the best candidate so far; null where there is none to be compared with.</param>
internal sealed record RaceLimits(long Deadline, double? LossToBeat)
{
    /// <summary>In the middle of a run, its loss may still be so many times that of the best candidate.</summary>
    private const double BehindFactor = 1.15;

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => Stopwatch.GetTimestamp() >= Deadline;

    /// <summary>Whether a run is behind after half of its epochs.</summary>
    public bool IsBehind(IReadOnlyList<EpochLog> history, int epochs) => LossToBeat is { } loss && 2 * history.Count >= epochs &&
        history.Min(epoch => epoch.CalibratedValidationLoss) > BehindFactor * loss;
}
