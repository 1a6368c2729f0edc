using System.Diagnostics;

namespace TransferLearning.Studio;

/// <summary>
/// What runs in the process of a training: reads the run, trains, saves the model, and says how far it is, one JSON object a line. A line
/// of input stops it, and it keeps the best epoch as the model. It stops soon at its checkpoint when its input ends: the studio has ended.
/// </summary>
/// <param name="folder">The project.</param>
/// <param name="run">The run.</param>
/// <param name="output">Where it says how far it is.</param>
public sealed class TrainingProcess(ProjectFolder folder, TrainingRun run, TextWriter output)
{
    /// <summary>The name of the hidden command.</summary>
    public const string Command = "train-run";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>So long a process may go on without a studio: to write its checkpoint.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private const int Abandoned = 3;

    private readonly Lock _lock = new();
    private bool _isUnheard;
    private long _lastReport;
    private TransferStage? _lastStage;

    /// <summary>Trains.</summary>
    /// <param name="input">Has a line when the training is to stop, and ends with the studio.</param>
    public async Task RunAsync(TextReader input)
    {
        var files = new RunFiles(folder, run.Id);
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            bool isStopped = await input.ReadLineAsync() is not null;
            await stop.CancelAsync();
            if (isStopped)
                await input.ReadToEndAsync();
            // Nobody listens any more. Whatever still computes must not go on beside the process that the next studio starts.
            await Task.Delay(Farewell);
            Environment.Exit(Abandoned);
        });
        TrainingRun ended;
        try
        {
            using var held = await TakeLockAsync(files);
            ended = await TrainAsync(files, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ended = run with { State = RunState.Cancelled };
        }
#pragma warning disable CA1031 // Whatever it is, the page shows it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ended = run with { State = RunState.Failed, Error = error.Message };
        }

        Say(new TrainingEvent { At = DateTimeOffset.UtcNow, Result = ended });
    }

    /// <summary>Waits for a process that a killed studio has left behind.</summary>
    private async Task<IDisposable> TakeLockAsync(RunFiles files)
    {
        if (RunLock.IsHeld(files))
            Say(new TrainingEvent { At = DateTimeOffset.UtcNow, Note = "Waits until the former process of this run has ended." });
        return await RunLock.TakeAsync(files, 3 * Farewell);
    }

    private async Task<TrainingRun> TrainAsync(RunFiles files, CancellationToken cancellationToken)
    {
        var dataset = RunData.Load(files.Data).ToDataset(folder.Name);
        var options = RunOptions.FromJson(run.Options);
        using var classifier = await options.ToTraining(files.Checkpoints, new FeatureCache(folder.FeatureCache))
            .FitAsync(dataset, new Reports(this), cancellationToken);
        classifier.Save(files.Model);
        var training = classifier.Training!;
        string?[] notes = [training.Advice, .. training.Notes];
        foreach (string note in notes.OfType<string>())
            Say(new TrainingEvent { At = DateTimeOffset.UtcNow, Note = note });

        return run.With(classifier, Path.GetRelativePath(folder.State, files.Model), new FileInfo(files.Model).Length) with
        {
            State = cancellationToken.IsCancellationRequested ? RunState.Cancelled : RunState.Done,
        };
    }

    private void Say(TrainingEvent said)
    {
        lock (_lock)
        {
            if (_isUnheard)
                return;
            try
            {
                output.WriteLine(said.ToJson());
                output.Flush();
            }
            catch (IOException)
            {
                // The studio was killed; the end of the input stops the training.
                _isUnheard = true;
            }
        }
    }

    private sealed class Reports(TrainingProcess process) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            long now = Stopwatch.GetTimestamp();
            bool due = Stopwatch.GetElapsedTime(Volatile.Read(ref process._lastReport), now) >= Interval;
            if (!due && value is { Epoch: null, Note: null } && value.Stage == process._lastStage)
                return;
            process._lastStage = value.Stage;
            Volatile.Write(ref process._lastReport, now);
            process.Say(new TrainingEvent
            {
                At = DateTimeOffset.UtcNow,
                Stage = value.Stage,
                Completed = value.Completed,
                Total = value.Total,
                Epoch = value.Epoch,
                Note = value.Note,
                Memory = Environment.WorkingSet,
            });
        }
    }
}
