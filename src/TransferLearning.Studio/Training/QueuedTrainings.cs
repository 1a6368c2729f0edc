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
        foreach (var run in runs.All().Where(run => run is { State: RunState.Running, Source: TrainingRun.OfStudio }))
            runs.Update(run.Id, known => known with { State = RunState.Queued });
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
            _process?.StandardInput.Close();
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
                while (_runs.All().LastOrDefault(run => run is { State: RunState.Queued, Source: TrainingRun.OfStudio }) is { } next)
                    await TrainAsync(next);
            }
        }
        catch (OperationCanceledException)
        {
            // The studio closes; runs in the queue wait for its next start.
        }
    }

    private async Task TrainAsync(TrainingRun run)
    {
        var live = new LiveRun { Id = run.Id };
        (Live, IsTraining) = (live, true);
        _runs.Update(run.Id, known => known with { State = RunState.Running });
        var ended = run with { State = RunState.Failed, Error = "The training process has ended without a result." };
        bool closing = false;
        try
        {
            using var process = Process.Start(StartOf(run))!;
            _process = process;
            await using var stop = _closing.Token.Register(() =>
            {
                closing = true;
                process.StandardInput.Close();
            });
            await using var log = new StreamWriter(new RunFiles(_folder, run.Id).Log, append: true);
            var errors = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (TrainingEvent.TryRead(line) is not { } said)
                    continue;
                if (said.Stage is null || said.Epoch is not null)
                    await log.WriteLineAsync(line);
                live.Take(said);
                if (said.Epoch is not null)
                    _runs.Update(run.Id, known => known with { Epochs = new TrainingHistory(live.Epochs).ToJson() });
                ended = said.Result ?? ended;
                Changed?.Invoke();
            }

            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0 && ended.State == RunState.Failed && await errors is { Length: > 0 } reason)
                ended = ended with { Error = reason.Trim() };
        }
        finally
        {
            _process = null;
            IsTraining = false;
        }

        // Notes and the name may have been changed meanwhile.
        _runs.Update(run.Id, known => ended with
        {
            Name = known.Name,
            Notes = known.Notes,
            Epochs = ended.Epochs ?? known.Epochs,
            State = closing && ended.State == RunState.Cancelled ? RunState.Queued : ended.State,
        });
        if (ended.State == RunState.Done && Directory.Exists(new RunFiles(_folder, run.Id).Checkpoints))
            Directory.Delete(new RunFiles(_folder, run.Id).Checkpoints, recursive: true);
        Changed?.Invoke();
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
