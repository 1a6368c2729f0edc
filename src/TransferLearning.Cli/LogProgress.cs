using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>
/// Progress where there is no terminal (a service, a notebook, CI): one line for each epoch, and one at most every ten seconds.
/// </summary>
/// <param name="describe">The name of a stage.</param>
internal sealed class LogProgress(Func<TransferStage, string> describe) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _order = new();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private readonly Stopwatch _sinceStage = Stopwatch.StartNew();
    private TransferStage? _stage;

    public void Report(TransferProgress value)
    {
        lock (_order)
        {
            if (value.Epoch is { } epoch)
            {
                Console.Error.WriteLine(EpochLine.Of(epoch));
                _sinceLine.Restart();
            }

            if (value.Note is { } note)
                Console.Error.WriteLine(note);
            if (_stage != value.Stage)
            {
                _stage = value.Stage;
                _sinceStage.Restart();
            }

            if (_sinceLine.Elapsed < Pause)
                return;
            _sinceLine.Restart();
            Console.Error.WriteLine($"progress: {describe(value.Stage)}, {Counts(value)}{Remaining(value)}");
        }
    }

    private static string Counts(TransferProgress value) => value.Total > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0} of {value.Total:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{value.Completed:N0}");

    private string Remaining(TransferProgress value)
    {
        if (value.Total <= value.Completed || value.Completed <= 0)
            return "";
        var left = _sinceStage.Elapsed * ((double)(value.Total - value.Completed) / value.Completed);
        return left.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalMinutes):N0} min left")
            : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalSeconds):N0} s left");
    }
}
