using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>
/// Progress where there is no terminal (a service, a notebook, CI): one line for each epoch, and one at most every ten seconds.
/// </summary>
/// <param name="describe">The name of a stage.</param>
/// <param name="output">Where the lines go.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class LogProgress(Func<TransferStage, string> describe, TextWriter output, TimeProvider clock) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _order = new();
    private long _lastLine = clock.GetTimestamp();
    private long _stageStart = clock.GetTimestamp();
    private TransferStage? _stage;

    public void Report(TransferProgress value)
    {
        lock (_order)
        {
            if (value.Epoch is { } epoch)
            {
                output.WriteLine(EpochLine.Of(epoch));
                _lastLine = clock.GetTimestamp();
            }

            if (value.Note is { } note)
                output.WriteLine(note);

            if (_stage != value.Stage)
            {
                _stage = value.Stage;
                _stageStart = clock.GetTimestamp();
            }

            if (clock.GetElapsedTime(_lastLine) < Pause)
                return;
            _lastLine = clock.GetTimestamp();
            output.WriteLine($"progress: {describe(value.Stage)}, {Counts(value)}{Remaining(value)}");
        }
    }

    private static string Counts(TransferProgress value) => value.Total > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0} of {value.Total:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0}");

    private string Remaining(TransferProgress value)
    {
        if (value.Total <= value.Completed || value.Completed <= 0)
            return "";
        var left = clock.GetElapsedTime(_stageStart) * ((double)(value.Total - value.Completed) / value.Completed);
        return left.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalMinutes):N0} min left")
            : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalSeconds):N0} s left");
    }
}
