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
    private readonly ProgressText _text = new(clock);
    private long _lastLine = clock.GetTimestamp();

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

            _text.Starts(value);
            if (clock.GetElapsedTime(_lastLine) < Pause)
                return;
            _lastLine = clock.GetTimestamp();
            output.WriteLine($"progress: {describe(value.Stage)}, {_text.Of(value)}");
        }
    }
}
