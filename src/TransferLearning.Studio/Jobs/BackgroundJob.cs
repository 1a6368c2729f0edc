using System.Diagnostics;

namespace TransferLearning.Studio;

/// <summary>
/// A piece of work that goes on when the page is closed: one at a time of its kind, with its progress, its error and a way to stop it.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
public sealed class BackgroundJob : IAsyncDisposable
{
    /// <summary>A page is drawn anew at most this often.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _stop;
    private Task _work = Task.CompletedTask;
    private long _lastReport;
    private DateTimeOffset _stageStart;

    /// <summary>Something has changed; raised on any thread.</summary>
    public event Action? Changed;

    public bool IsRunning { get; private set; }

    public TransferProgress Progress { get; private set; }

    /// <summary>How long the stage will take; null before that can be said.</summary>
    public TimeSpan? Left => ProgressText.Estimate(_stageStart, Progress);

    /// <summary>Why the last work failed; null if it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Starts the work, unless one is running.</summary>
    /// <param name="work">The work.</param>
    /// <returns>Whether it was started.</returns>
    public bool Start(Func<IProgress<TransferProgress>, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (IsRunning)
                return false;
            IsRunning = true;
            Error = null;
            Progress = default;
            _stageStart = DateTimeOffset.UtcNow;
            _stop?.Dispose();
            _stop = new CancellationTokenSource();
            var token = _stop.Token;
            _work = Task.Run(() => RunAsync(work, token), CancellationToken.None);
        }

        Changed?.Invoke();
        return true;
    }

    public void Cancel()
    {
        lock (_lock)
            _stop?.Cancel();
    }

    /// <summary>Waits for the end of the work; an error of the work is no error here.</summary>
    public Task WaitAsync() => _work;

    public async ValueTask DisposeAsync()
    {
        Cancel();
        await _work;
        _stop?.Dispose();
    }

    private async Task RunAsync(Func<IProgress<TransferProgress>, CancellationToken, Task> work, CancellationToken token)
    {
        try
        {
            await work(new Reports(this), token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // The error is shown on the page; the studio goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Error = error.Message;
        }

        IsRunning = false;
        Changed?.Invoke();
    }

    private sealed class Reports(BackgroundJob job) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (job.Progress.Stage != value.Stage || value.Completed < job.Progress.Completed)
                job._stageStart = DateTimeOffset.UtcNow;
            job.Progress = value;
            long last = Volatile.Read(ref job._lastReport), now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(last, now) >= Interval && Interlocked.CompareExchange(ref job._lastReport, now, last) == last)
                job.Changed?.Invoke();
        }
    }
}
