namespace TransferLearning.Cli;

/// <summary>
/// Progress on a terminal: one line that is drawn again in place, and above it one line for each epoch. Every line begins by erasing what
/// stands there, so nothing of the bar remains.
/// </summary>
/// <param name="describe">The name of a stage.</param>
/// <param name="output">The terminal.</param>
/// <param name="width">The number of columns, which may change.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class TerminalProgress(Func<TransferStage, string> describe, TextWriter output, Func<int> width, TimeProvider clock)
    : IProgress<TransferProgress>
{
    private const string EraseLine = "\r\u001b[K";
    private const int LongestBar = 40;
    private const int ShortestBar = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _order = new();
    private readonly ProgressText _text = new(clock);
    private long _lastDrawn;
    private bool _isDrawn;

    public void Report(TransferProgress value)
    {
        lock (_order)
        {
            bool starts = _text.Starts(value);
            if (value.Epoch is { } epoch)
                Write(EpochLine.Of(epoch));
            if (value.Note is { } note)
                Write(note);
            if (!starts && _isDrawn && clock.GetElapsedTime(_lastDrawn) < Pause)
                return;
            _lastDrawn = clock.GetTimestamp();
            _isDrawn = true;
            output.Write(EraseLine + Line(value));
            output.Flush();
        }
    }

    /// <summary>Erases the line of progress.</summary>
    public void End()
    {
        lock (_order)
        {
            if (_isDrawn)
                output.Write(EraseLine);
            _isDrawn = false;
            output.Flush();
        }
    }

    private void Write(string line)
    {
        output.Write(EraseLine);
        output.WriteLine(line);
        _isDrawn = false;
    }

    /// <summary>The last column stays free: writing to it moves some terminals to the next line.</summary>
    private string Line(TransferProgress value)
    {
        int columns = Math.Max(1, width() - 1);
        string name = describe(value.Stage);
        string text = _text.Of(value);
        int bar = Math.Min(LongestBar, columns - name.Length - text.Length - 2);
        string line = value.Total > 0 && bar >= ShortestBar ? $"{name} {Bar(value, bar)} {text}" : $"{name} {text}";
        return line.Length <= columns ? line : line[..columns];
    }

    private static string Bar(TransferProgress value, int length)
    {
        int done = (int)(length * Math.Clamp((double)value.Completed / value.Total, 0, 1));
        return new string('━', done) + new string('─', length - done);
    }
}
