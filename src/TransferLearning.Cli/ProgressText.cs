using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Words how far a stage is: how many are done, and how long it still takes.</summary>
/// <param name="clock">Tells the time.</param>
internal sealed class ProgressText(TimeProvider clock)
{
    private long _start = clock.GetTimestamp();

    /// <summary>The stage of the last update.</summary>
    public TransferStage? Stage { get; private set; }

    /// <summary>Whether an update is the first one of its stage, whose time starts then.</summary>
    public bool Starts(TransferProgress value)
    {
        if (Stage == value.Stage)
            return false;
        Stage = value.Stage;
        _start = clock.GetTimestamp();
        return true;
    }

    /// <summary>For instance <c>10,000 of 100,000, about 2 min left</c>.</summary>
    public string Of(TransferProgress value) => Counts(value) + Remaining(value);

    private static string Counts(TransferProgress value) => value.Total > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0} of {value.Total:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0}");

    private string Remaining(TransferProgress value)
    {
        if (value.Total <= value.Completed || value.Completed <= 0)
            return "";
        var left = clock.GetElapsedTime(_start) * ((double)(value.Total - value.Completed) / value.Completed);
        return left.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalMinutes):N0} min left")
            : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalSeconds):N0} s left");
    }
}
