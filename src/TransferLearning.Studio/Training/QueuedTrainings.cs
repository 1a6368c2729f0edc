using System.ComponentModel;
using System.Diagnostics;

namespace TransferLearning.Studio;

/// <summary>
/// Trains the runs of a project one after the other, each in a process of its own: a page that is closed stops nothing, and a training that
/// dies takes nothing with it.
/// </summary>
public sealed class QueuedTrainings : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ProjectFolder _folder;
    private readonly RunTable _runs;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _work;
    private Process? _process;

    public QueuedTrainings(ProjectFolder folder, RunTable runs)
    {
        (_folder, _runs) = (folder, runs);
        // The studio was killed: the run goes on from its checkpoint.
        foreach (var run in RunLock.ReadRuns(folder, runs)
            .Where(run => run is { State: RunState.Running, Source: TrainingRun.OfStudio }))
        {
            using (var log = new RunLog(new RunFiles(folder, run.Id).Log))
                log.Note("The studio was killed while this run trained.");
            runs.Update(run.Id, known => known with { State = RunState.Queued });
        }

        _wake.Release();
        _work = Task.Run(WorkAsync);
    }

    /// <summary>A training has said something; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The run that trains; the last one after its end, until the next begins.</summary>
    public LiveRun? Live { get; private set; }

    /// <summary>Whether a run trains at the moment.</summary>
    public bool IsTraining { get; private set; }

    /// <summary>Adds a run to the end of the queue.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What was chosen.</param>
    /// <param name="dataset">The images, frozen now.</param>
    public TrainingRun Add(string name, RunOptions options, ImageDataset dataset)
    {
        var run = _runs.Add(new TrainingRun
        {
            Name = name, Source = TrainingRun.OfStudio, State = RunState.Cancelled, Created = DateTimeOffset.UtcNow,
            Options = options.ToJson(), Scenario = options.Scenario, Backbone = options.ReadBackbone().Name,
        });
        var files = new RunFiles(_folder, run.Id);
        Directory.CreateDirectory(files.Folder);
        RunData.Of(dataset).Save(files.Data);
        Enqueue(run.Id);
        return run;
    }

    /// <summary>Puts a run into the queue again: it goes on from its checkpoint where it has one.</summary>
    public void Enqueue(long id)
    {
        _runs.Update(id, run => run with { State = RunState.Queued, Error = null });
        _wake.Release();
        Changed?.Invoke();
    }

    /// <summary>Takes a run out of the queue, or stops it at its checkpoint.</summary>
    public void Cancel(long id)
    {
        if (IsTraining && Live is { } live && live.Id == id)
        {
            live.IsStopping = true;
            Stop();
        }
        else
        {
            _runs.Update(id, run => run.State == RunState.Queued ? run with { State = RunState.Cancelled } : run);
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _work;
        _closing.Dispose();
        _wake.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_closing.Token);
                while (NextInQueue() is { } next)
                    await TrainAsync(next);
            }
        }
        catch (OperationCanceledException)
        {
            // The studio closes; runs in the queue wait for its next start.
        }
    }

    /// <summary>A run that the end of the project has stopped is in the queue again: for the next start.</summary>
    private TrainingRun? NextInQueue() => _closing.IsCancellationRequested ? null
        : _runs.All().LastOrDefault(run => run is { State: RunState.Queued, Source: TrainingRun.OfStudio });

    private async Task TrainAsync(TrainingRun run)
    {
        var files = new RunFiles(_folder, run.Id);
        Live = LiveRun.Of(files, run.Id);
        IsTraining = true;
        _runs.Update(run.Id, known => known with { State = RunState.Running });
        TrainingRun ended;
        try
        {
            Directory.CreateDirectory(files.Folder);
            ended = await RunProcessAsync(run, files, Live);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            ended = run with { State = RunState.Failed, Error = error.Message };
        }
        finally
        {
            _process = null;
            IsTraining = false;
        }

        // Notes and the name may have been changed meanwhile.
        bool waits = _closing.IsCancellationRequested && ended.State is RunState.Cancelled or RunState.Interrupted;
        _runs.Update(run.Id, known => ended with
        {
            Name = known.Name,
            Notes = known.Notes,
            // A finished run may have kept another candidate than the one that it said epochs of last.
            Epochs = ended.State == RunState.Done ? ended.Epochs : ended.Epochs ?? known.Epochs,
            State = waits ? RunState.Queued : ended.State,
        });
        if (ended.State == RunState.Done && Directory.Exists(files.Checkpoints))
            Directory.Delete(files.Checkpoints, recursive: true);
        Changed?.Invoke();
    }

    /// <summary>Trains in a process; returns the run as it is at its end.</summary>
    private async Task<TrainingRun> RunProcessAsync(TrainingRun run, RunFiles files, LiveRun live)
    {
        using var log = new RunLog(files.Log);
        if (log.IsContinued)
        {
            live.Take(log.Note(files.HasCheckpoint
                ? "Goes on from the last checkpoint."
                : "Starts again; features that were computed are kept."));
        }

        using var process = Process.Start(StartOf(run))!;
        _process = process;
        if (live.IsStopping)
            Stop();
        await using var stop = _closing.Token.Register(process.StandardInput.Close);
        var errors = process.StandardError.ReadToEndAsync();
        TrainingRun? result = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (TrainingEvent.TryRead(line) is not { } said)
                continue;
            if (said.Stage is null || said.Epoch is not null || said.Stage != live.Progress.Stage)
                log.Write(said);
            live.Take(said);
            if (said.Epoch is not null)
                _runs.Update(run.Id, known => known with { Epochs = new TrainingHistory(live.Epochs).ToJson() });
            result = said.Result ?? result;
            Changed?.Invoke();
        }

        // Its output has ended, so it is at its end, or will never be.
        using (var patience = new CancellationTokenSource(Patience))
        {
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        if (result is not null)
            return result;
        if (await errors is { Length: > 0 } reason)
            return run with { State = RunState.Failed, Error = reason.Trim() };
        string killed = FormattableString.Invariant($"The training process was killed or died (exit code {process.ExitCode}).");
        live.Take(log.Note(killed));
        return run.AsInterrupted(killed);
    }

    private void Stop()
    {
        try
        {
            _process?.StandardInput.WriteLine();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>The studio itself, with its hidden command.</summary>
    private ProcessStartInfo StartOf(TrainingRun run)
    {
        string program = Environment.ProcessPath!;
        string[] arguments =
        [
            TrainingProcess.Command, _folder.Root, "--state", _folder.State, "--run", FormattableString.Invariant($"{run.Id}"),
        ];
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new ProcessStartInfo(
            program, isHost ? ["exec", typeof(QueuedTrainings).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true,
        };
    }
}
