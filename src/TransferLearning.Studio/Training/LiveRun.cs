namespace TransferLearning.Studio;

/// <summary>The run that trains at the moment, as far as it has said.</summary>
public sealed class LiveRun
{
    private const int LongestLog = 500;

    private readonly Lock _lock = new();
    private readonly List<EpochLog> _epochs = [];
    private readonly List<string> _log = [];

    public required long Id { get; init; }

    public TransferProgress Progress { get; private set; }

    /// <summary>When the stage began.</summary>
    public DateTimeOffset StageStart { get; private set; } = DateTimeOffset.UtcNow;

    public long Memory { get; private set; }

    public bool IsStopping { get; set; }

    public EpochLog[] Epochs
    {
        get
        {
            lock (_lock)
                return [.. _epochs];
        }
    }

    public string[] Log
    {
        get
        {
            lock (_lock)
                return [.. _log];
        }
    }

    /// <summary>How long the stage will take, from its speed until now; null before that can be said.</summary>
    public TimeSpan? Left => ProgressText.Estimate(StageStart, Progress);

    /// <summary>A run as far as its log says, for instance before it goes on.</summary>
    public static LiveRun Of(RunFiles files, long id)
    {
        var run = new LiveRun { Id = id };
        foreach (var said in RunLog.Read(files.Log))
            run.Take(said);
        (run.Progress, run.StageStart) = (default, DateTimeOffset.UtcNow);
        return run;
    }

    public void Take(TrainingEvent said)
    {
        lock (_lock)
        {
            if (said.Stage is { } stage)
            {
                if (Progress.Stage != stage || _log.Count == 0)
                {
                    StageStart = said.At;
                    Write(said.At, ProgressText.NameOf(stage));
                }

                Progress = new TransferProgress(stage, said.Completed, said.Total);
                Memory = Math.Max(Memory, said.Memory);
            }

            if (said.Epoch is { } epoch)
            {
                _epochs.RemoveAll(known => known.Epoch >= epoch.Epoch);
                _epochs.Add(epoch);
                string held = epoch.ValidationAccuracy is { } accuracy ? $", validation {Words.Share(accuracy)}" : "";
                Write(said.At,
                    FormattableString.Invariant($"Epoch {epoch.Epoch}: loss {epoch.Loss:F3}, right {Words.Share(epoch.Accuracy)}{held}"));
            }

            if (said.Note is { } note)
                Write(said.At, note);
        }
    }

    private void Write(DateTimeOffset at, string text)
    {
        // The last lines say how it is.
        if (_log.Count == LongestLog)
            _log.RemoveAt(0);
        _log.Add(FormattableString.Invariant($"{at.LocalDateTime:HH:mm:ss}  {text}"));
    }
}
